using ConversationApi.Paging;
using ConversationData;
using ConversationData.Connections;
using ConversationData.Conversations;
using Microsoft.EntityFrameworkCore;

namespace ConversationApi.Conversations;

/// <summary>Reads conversations: lists by plain SQL, since they are what is asked for all day, the rest by Entity Framework.</summary>
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
        if (await context.Conversations.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } c)
            return null;
        var linked = await context.Links.AsNoTracking()
            .Where(l => l.ResolvedAt == null && (l.ConversationId == id || l.LinkedConversationId == id))
            .Select(l => l.ConversationId == id ? l.LinkedConversationId : l.ConversationId)
            .Order().ToListAsync(cancellationToken);
        return new(View(c), linked);
    }

    /// <summary>Where the conversation went, if it was merged.</summary>
    public async Task<Guid?> FindRedirectAsync(Guid id, CancellationToken cancellationToken) =>
        (await context.Redirects.AsNoTracking().SingleOrDefaultAsync(r => r.FromId == id, cancellationToken))?.ToId;

    private static ConversationView View(Conversation c) => new(c.Id, c.LeadId, c.LeadEmail, c.LeadName, c.Subject, c.Status, c.MessageCount,
        c.LastMessageAt.UtcDateTime, c.LastInboundAt?.UtcDateTime, c.LastOutboundAt?.UtcDateTime, c.ArchivedAt?.UtcDateTime,
        c.CreatedAt.UtcDateTime, c.UpdatedAt.UtcDateTime, c.Version);
}
