using System.Globalization;
using Microsoft.Net.Http.Headers;
using ServiceDefaults.Problems;

namespace ConversationApi.Conversations.Changes;

/// <summary>The version that a client means to change.</summary>
internal sealed class IfMatch
{
    private readonly IList<EntityTagHeaderValue>? _tags;

    private IfMatch(IList<EntityTagHeaderValue>? tags) => _tags = tags;

    /// <summary>Whether the client named a version.</summary>
    public bool IsAsked => _tags is not null;

    /// <exception cref="RefusedException">It is needed and missing, or cannot be read.</exception>
    public static IfMatch Read(HttpContext context, bool needed = false)
    {
        var header = context.Request.Headers.IfMatch;
        if (header.Count == 0)
        {
            return needed
                ? throw new RefusedException(ConversationProblems.PreconditionRequired, "Send the ETag of the conversation as it was read in If-Match: so nobody's change is overwritten unseen.")
                : new(null);
        }

        return EntityTagHeaderValue.TryParseStrictList(header, out var tags)
            ? new(tags)
            : throw new RefusedException(ProblemTypes.InvalidRequest, "If-Match must be an ETag in quotes, as it was read, several of them, or *.");
    }

    /// <exception cref="RefusedException">It is another version.</exception>
    public void Check(ConversationView conversation)
    {
        var current = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{conversation.Version}\""));
        if (_tags is not null && !_tags.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Compare(current, useStrongComparison: true)))
            throw new RefusedException(ConversationProblems.PreconditionFailed, $"The conversation is at version {current} now. Read it again, and decide again.");
    }
}
