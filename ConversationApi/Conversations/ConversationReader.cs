using ConversationApi.Paging;
using ConversationData;
using ConversationData.Connections;
using ConversationData.Conversations;
using ConversationData.Queries;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace ConversationApi.Conversations;

/// <summary>Reads conversations: what is asked for all day by plain SQL, the rest by Entity Framework.</summary>
internal sealed class ConversationReader(ConversationDataSource data, ConversationDbContext context)
{
    public async Task<PageResult<ConversationView>> ListAsync(ConversationListQuery query, CancellationToken cancellationToken)
    {
        await using var command = query.ToCommand(data.Primary);
        return await PageResult<ConversationView>.ReadAsync(command, ConversationListQuery.Rows, query.Limit, query.CursorAt, cancellationToken);
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
        return await reader.ReadAsync(cancellationToken) ? View(reader) : null;
    }

    /// <summary>A row of <see cref="ConversationSql.Columns"/>.</summary>
    public static ConversationView View(NpgsqlDataReader row)
    {
        DateTime? Time(int column) => row.IsDBNull(column) ? null : row.GetDateTime(column);
        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        return new(row.GetGuid(0), row.IsDBNull(1) ? null : row.GetInt64(1), Text(2), Text(3), row.GetString(4), row.GetFieldValue<ConversationStatus>(5), row.GetInt32(6),
            row.GetDateTime(7), Time(8), Time(9), Time(10), row.GetDateTime(11), row.GetDateTime(12), row.GetInt64(13));
    }
}
