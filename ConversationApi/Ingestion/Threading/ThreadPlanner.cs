namespace ConversationApi.Ingestion.Threading;

/// <summary>
/// Decides where mail belongs: the closure of all ties, whatever the order of arrival. Conversations that a mail ties together
/// merge into the oldest, except where we have already written to different leads in them: anybody can name two ids.
/// </summary>
internal static class ThreadPlanner
{
    /// <param name="mails">The mails, in the order of their arrival.</param>
    /// <param name="owners">The conversation of every key that has one.</param>
    /// <param name="known">Every conversation that <paramref name="owners"/> or a mail's token names.</param>
    /// <param name="newId">Makes an id, younger than all there are.</param>
    public static ThreadPlan Plan(IReadOnlyList<ThreadedMail> mails, IReadOnlyDictionary<string, Guid> owners,
        IReadOnlyDictionary<Guid, KnownConversation> known, Func<Guid> newId)
    {
        var sets = new DisjointSets();
        var keyNodes = new Dictionary<string, int>(StringComparer.Ordinal);
        var conversationNodes = new Dictionary<Guid, int>();
        var mailNodes = new int[mails.Count];

        int NodeOf(Guid id) => conversationNodes.TryGetValue(id, out var node) ? node : conversationNodes[id] = sets.Add();
        for (var i = 0; i < mails.Count; i++)
        {
            mailNodes[i] = sets.Add();
            foreach (var key in mails[i].Keys)
            {
                if (!keyNodes.TryGetValue(key, out var node))
                {
                    keyNodes[key] = node = sets.Add();
                    if (owners.TryGetValue(key, out var owner))
                        sets.Unite(NodeOf(owner), node);
                }

                sets.Unite(node, mailNodes[i]);
            }

            foreach (var conversation in mails[i].Conversations.Where(known.ContainsKey))
                sets.Unite(NodeOf(conversation), mailNodes[i]);
        }

        var existing = conversationNodes.ToLookup(pair => sets.Find(pair.Value), pair => known[pair.Key]);
        var groups = mails.Select((mail, index) => (Mail: mail, Index: index, Set: sets.Find(mailNodes[index]))).GroupBy(m => m.Set);
        var draft = new Draft(mails.Count, owners);
        foreach (var group in groups)
            draft.Place([.. group.Select(m => (m.Mail, m.Index))], [.. existing[group.Key].OrderBy(c => c.Id)], newId);
        return draft.Finish();
    }

    private sealed class Draft(int count, IReadOnlyDictionary<string, Guid> owners)
    {
        private readonly Guid[] _conversations = new Guid[count];
        private readonly HashSet<Guid> _created = [];
        private readonly List<ConversationMerge> _merges = [];
        private readonly HashSet<(Guid, Guid)> _links = [];
        private readonly Dictionary<string, Guid> _newKeys = new(StringComparer.Ordinal);

        public void Place(List<(ThreadedMail Mail, int Index)> mails, List<KnownConversation> existing, Func<Guid> newId)
        {
            // Mail of ours that nobody has answered yet, imported say, has no lead: it stands against nobody's.
            var written = existing.Where(c => c is { Written: true, LeadEmail: not null }).ToList();
            if (written.Select(c => c.LeadEmail).Distinct(StringComparer.Ordinal).Count() > 1)
            {
                PlaceApart(mails, existing, written);
                return;
            }

            var target = existing.Count > 0 ? existing[0].Id : newId();
            if (existing.Count == 0)
                _created.Add(target);
            // Whom we wrote to stays the lead, whoever else claims the conversation; and a lead is never given up for none.
            var lead = written.FirstOrDefault()?.Id ?? existing.Find(c => c.LeadEmail is not null)?.Id ?? target;
            _merges.AddRange(existing.Skip(1).Select(c => new ConversationMerge(c.Id, target, lead)));
            foreach (var (mail, index) in mails)
                Put(mail, index, target);
        }

        public ThreadPlan Finish() => new(_conversations, _created, _merges, _links, _newKeys);

        private void PlaceApart(List<(ThreadedMail Mail, int Index)> mails, List<KnownConversation> existing, List<KnownConversation> written)
        {
            foreach (var (one, other) in existing.SelectMany((one, i) => existing.Skip(i + 1).Select(other => (one.Id, other.Id))))
                _links.Add((one, other));
            foreach (var (mail, index) in mails)
                Put(mail, index, Choose(mail, existing, written));
        }

        /// <summary>Our token says most, then who writes, then what the mail answers.</summary>
        private Guid Choose(ThreadedMail mail, List<KnownConversation> existing, List<KnownConversation> written)
        {
            foreach (var token in mail.Conversations)
                if (existing.Exists(c => c.Id == token))
                    return token;
            if (written.Find(c => c.LeadEmail == mail.Sender) is { } own)
                return own.Id;
            foreach (var key in mail.Parents.Concat(mail.Keys.Reverse()))
                if (owners.TryGetValue(key, out var owner) || _newKeys.TryGetValue(key, out owner))
                    return owner;
            return written[0].Id;
        }

        private void Put(ThreadedMail mail, int index, Guid conversation)
        {
            _conversations[index] = conversation;
            foreach (var key in mail.Keys)
                if (!owners.ContainsKey(key))
                    _newKeys.TryAdd(key, conversation);
        }
    }
}
