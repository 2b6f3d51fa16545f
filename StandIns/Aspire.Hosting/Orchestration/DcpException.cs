namespace Aspire.Hosting.Orchestration;

/// <summary>The orchestrator did not start, refused a request, or a port it was to listen on is taken.</summary>
internal sealed class DcpException(string message, Exception? inner = null) : Exception(message, inner);
