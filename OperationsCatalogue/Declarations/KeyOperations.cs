namespace OperationsCatalogue.Declarations;

internal static class KeyOperations
{
    private const string Section = "Security & Access Control";

    public static readonly Operation[] All =
    [
        new("list-api-keys", "List the API keys: names, scopes and dates, never the keys", Section, OperationEffect.Reads, OperationScope.Admin)
        {
            Examples = ["list-api-keys"],
        },
        new("create-api-key", "Make an API key; it is shown this once", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Arguments =
            [
                new("name", ArgumentType.Text, "What the key is for; 1 to 200 characters") { IsRequired = true },
                new("scope", ArgumentType.Choice, "What it may do; each scope contains the ones before it") { Choices = ["read", "write", "admin"], Default = "read" },
                new("expires-in", ArgumentType.Duration, "How long it is good for; for ever without it"),
            ],
            SecretResults = ["key"],
            Examples = ["create-api-key --name reports", "create-api-key --name importer --scope write --expires-in 90d"],
        },
        new("revoke-api-key", "Revoke an API key, for good", Section, OperationEffect.Changes, OperationScope.Admin)
        {
            Description = "Workers and API replicas may go on believing it for some seconds (ApiKeys:Cache).",
            Arguments = [new("id", ArgumentType.Text, "The key's id, as list-api-keys shows it") { IsRequired = true }],
            ConfirmationMessage = "Whoever uses this key is refused from now on. It cannot be taken back.",
            SupportsDryRun = true,
            Examples = ["revoke-api-key --id 01980000-0000-7000-8000-000000000000 --dry-run"],
        },
    ];
}
