using ConversationApi.Paging;
using ConversationData;
using ConversationData.Connections;
using ConversationData.Queries;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ConversationApi.Conversations;

/// <summary>Reads conversations: what is asked for all day by plain SQL, the rest by Entity Framework.</summary>
internal sealed class ConversationReader(ConversationDataSource data, ConversationDbContext context)
{
    public async Task<Page<ConversationView>> ListAsync(ConversationListQuery query, CancellationToken cancellationToken)
    {
        await using var command = query.ToCommand(data.Primary);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<ConversationView>(query.Limit + 1);
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(ConversationListQuery.Read(reader));
        if (rows.Count <= query.Limit)
            return new(rows, null);
        rows.RemoveAt(query.Limit);
        return new(rows, query.CursorAt(rows[^1]).Encode(ConversationListQuery.ListName(query.Status, query.LeadId, query.LeadEmail, query.SubjectText, query.Sort)));
    }

    /// <summary>Null when there is none of that id.</summary>
    public async Task<ConversationDetails?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(id, cancellationToken) is not { } conversation)
            return null;
        var linked = await context.Links.AsNoTracking()
            .Where(l => l.ResolvedAt == null && (l.ConversationId == id || l.LinkedConversationId == id))
            .Select(l => l.ConversationId == id ? l.LinkedConversationId : l.ConversationId)
            .Order().ToListAsync(cancellationToken);
        return new(conversation, linked);
    }

    /// <summary>Where the conversation went, if it was merged.</summary>
    public async Task<Guid?> FindRedirectAsync(Guid id, CancellationToken cancellationToken) =>
        (await context.Redirects.AsNoTracking().SingleOrDefaultAsync(r => r.FromId == id, cancellationToken))?.ToId;

    private async Task<ConversationView?> FindRowAsync(Guid id, CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(ConversationSql.ById);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? ConversationListQuery.Read(reader) : null;
    }
}
