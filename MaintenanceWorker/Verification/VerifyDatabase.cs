using System.Text.Json.Serialization;
using ConversationData.Connections;
using ConversationData.Verification;
using MaintenanceWorker.Operations;

namespace MaintenanceWorker.Verification;

/// <summary>One check as the operation shows it.</summary>
internal sealed record FindingView(string Result, string Kind, string Name, string Detail);

internal sealed class VerifyDatabase(ConversationDataSource data) : IOperationHandler
{
    public async Task<OperationResult> RunAsync(OperationCall call, CancellationToken cancellationToken)
    {
        var findings = await SchemaVerifier.VerifyAsync(data.Primary, cancellationToken);
        var failed = findings.Count(finding => finding.Result == VerificationResult.Failed);
        var shown = findings.Where(finding => finding.Result != VerificationResult.Ok || call.Arguments.Flag("all"))
            .Select(finding => new FindingView(finding.Result.ToString().ToLowerInvariant(), finding.Kind, finding.Name, finding.Detail));
        return OperationResult.Of<IReadOnlyList<FindingView>>([.. shown], VerificationJson.Default.IReadOnlyListFindingView,
            $"{Counted.Of(findings.Count, "check")}, {(failed == 0 ? "none" : failed)} failed", failed > 0);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<FindingView>))]
internal sealed partial class VerificationJson : JsonSerializerContext;
