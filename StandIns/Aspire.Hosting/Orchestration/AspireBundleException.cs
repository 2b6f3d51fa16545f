namespace Aspire.Hosting.Orchestration;

/// <summary>The orchestrator and the dashboard cannot be had; the message is one line and names the remedy.</summary>
internal sealed class AspireBundleException(string message, Exception? inner = null) : Exception(message, inner);
