namespace MaintenanceWorker.Alerts;

/// <summary>A way to tell somebody. Printed, it keeps its secrets.</summary>
public sealed class NotificationChannel
{
    /// <summary>email, slack or pagerduty.</summary>
    public string Type { get; set; } = "";

    /// <summary>The severity from which it is used: info, warning or critical; warning by default.</summary>
    public string Severity { get; set; } = "warning";

    /// <summary>email: the address.</summary>
    public string? To { get; set; }

    /// <summary>slack: the address of the incoming webhook, which is a secret.</summary>
    public string? Webhook { get; set; }

    /// <summary>pagerduty: the integration's key, which is a secret.</summary>
    public string? ApiKey { get; set; }

    /// <inheritdoc />
    public override string ToString() => $"{Type} from {Severity}{(To is null ? "" : $" to {To}")}{(Webhook is null ? "" : ", webhook ***")}{(ApiKey is null ? "" : ", key ***")}";
}
