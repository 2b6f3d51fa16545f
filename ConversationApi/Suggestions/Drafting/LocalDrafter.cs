using System.Text.Json;
using ConversationApi.Database;
using ConversationApi.Ingestion.Parsing;
using ConversationData.Connections;
using Microsoft.Extensions.Options;

namespace ConversationApi.Suggestions.Drafting;

/// <summary>Draws a reply from how the most similar message was answered. Asked again it takes the next one; where nothing similar was answered it makes nothing up.</summary>
internal sealed class LocalDrafter(ConversationDataSource data, IOptions<SuggestionOptions> options) : IDrafter
{
    private const string Name = "local";

    public async Task<Draft?> DraftAsync(DraftContext context, SuggestionWish wish, CancellationToken cancellationToken)
    {
        var usable = context.Answered.Where(a => a.Score >= options.Value.MinSimilarity && a.Answer.Length > 0).OrderByDescending(a => a.Score).ToList();
        if (usable.Count == 0)
            return null;
        var drawn = await DrawnAsync(context.MessageId, cancellationToken);
        var best = usable.Find(a => !drawn.Contains(a.AnswerId)) ?? usable[0];
        var content = OldAnswer.Adapt(best, context.LeadName, wish.Length == "short");
        if (content.Length == 0)
            return null;
        List<string> ignored = [];
        if (wish.Tone is not null)
            ignored.Add("tone");
        if (wish.Length is not null and not "short")
            ignored.Add("length");
        if (wish.Prompt is not null)
            ignored.Add("prompt");
        var used = new ContextUsed(Name, Name, [context.MessageId], [new(best.Id, best.AnswerId, best.Score)], wish.Tone, wish.Length, wish.Prompt, best.AnswerId, ignored.Count == 0 ? null : ignored);
        return new(MailText.Cut(content, options.Value.MaxDraftLength), best.Score, null, JsonSerializer.Serialize(used, ContextUsedJson.Default.ContextUsed), Name, null, null);
    }

    private async Task<HashSet<Guid>> DrawnAsync(Guid messageId, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(SuggestionSql.Drawn);
        command.Parameters.Add(SqlValue.Uuid(messageId));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var drawn = new HashSet<Guid>();
        while (await row.ReadAsync(cancellationToken))
            if (Guid.TryParse(row.GetString(0), out var id))
                drawn.Add(id);
        return drawn;
    }
}
