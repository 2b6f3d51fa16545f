namespace Aspire.Hosting.Dashboard;

/// <summary>The dashboard did not start; the message is one line and says what to do.</summary>
internal sealed class DashboardException(string message, Exception? inner = null) : Exception(message, inner);
