using ConversationApi.Ingestion.Threading;
using FsCheck;
using FsCheck.Fluent;

namespace ConversationApi.Tests.Threading;

/// <summary>Threading against an oracle, on generated forests of mail.</summary>
public sealed class ThreadPlannerProperties
{
    private const string Ours = "desk@platform.example";
    private const string Lead = "lead@people.example";

    // Few names for many mails: lost parents, loops, ids used twice and several parents come by themselves. Own 0 is no id.
    private static readonly Gen<Sent> _mail =
        from own in Gen.Choose(0, 14)
        from named in Gen.ArrayOf(Gen.Choose(1, 24)).Resize(3)
        from sender in Gen.Choose(0, 3)
        select new Sent(own, named, sender);

    private static readonly Arbitrary<(Sent[] Mails, int Seed)> _arrivals =
        (from mails in Gen.ArrayOf(_mail).Resize(25) from seed in Gen.Choose(0, int.MaxValue - 1) select (mails, seed)).ToArbitrary();

    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Any_order_in_any_batches_gives_the_closure_of_all_ties() =>
        Prop.ForAll(_arrivals, input => Groups(Arrive(input.Mails, input.Seed, ByStrangers).Labels).SetEquals(Groups(Oracle(input.Mails)))).Check(_config);

    [Fact]
    public void Mail_of_ours_among_that_of_one_lead_gives_the_same_closure_in_any_order_and_the_lead_is_never_lost() =>
        Prop.ForAll(_arrivals, input =>
        {
            var (store, labels) = Arrive(input.Mails, input.Seed, ByOneLead);
            var answered = input.Mails.Zip(labels).Where(m => ByOneLead(m.First) == Lead).Select(m => m.Second).ToHashSet();
            return Groups(labels).SetEquals(Groups(Oracle(input.Mails)))
                && store.Known.All(c => c.LeadEmail == (answered.Contains($"{c.Id}") ? Lead : null)) && store.Links == 0;
        }).Check(_config);

    [Fact]
    public void Whoever_was_written_to_stays_the_lead_and_two_of_them_never_share_a_conversation() =>
        Prop.ForAll(_arrivals, input =>
        {
            var (store, _) = Arrive(input.Mails, input.Seed, ByAnybody);
            return store.Settled.All(c => store.Known.Single(now => now.Id == store.NowAt(c.Id)) is var now && now.LeadEmail is not null && (!c.Written || now.LeadEmail == c.LeadEmail));
        }).Check(_config);

    [Fact]
    public void The_oldest_conversation_survives_every_merge() =>
        Prop.ForAll(_arrivals, input => Arrive(input.Mails, input.Seed, ByStrangers).Store.Merges.All(m => m.To.CompareTo(m.From) < 0)).Check(_config);

    [Fact]
    public void Conversations_whose_different_leads_we_wrote_to_never_merge() =>
        Prop.ForAll(_arrivals, input =>
        {
            var store = new Store { WriteToAll = true };
            foreach (var mail in input.Mails)
                store.Take([mail.ToThreaded(ByStrangers)]);
            return store.Merges.Count == 0;
        }).Check(_config);

    private static string ByStrangers(Sent mail) => $"{Guid.NewGuid()}@people.example";

    private static string ByOneLead(Sent mail) => mail.Sender == 0 ? Ours : Lead;

    private static string ByAnybody(Sent mail) => mail.Sender == 0 ? Ours : $"{mail.Sender}@people.example";

    private static (Store Store, string[] Labels) Arrive(Sent[] mails, int seed, Func<Sent, string> sender)
    {
        var random = new Random(seed);
        var order = Enumerable.Range(0, mails.Length).ToArray();
        random.Shuffle(order);
        var store = new Store();
        var placed = new Guid[mails.Length];
        for (var i = 0; i < order.Length;)
        {
            var batch = order.Skip(i).Take(random.Next(1, 6)).ToArray();
            foreach (var (index, conversation) in batch.Zip(store.Take([.. batch.Select(m => mails[m].ToThreaded(sender))])))
                placed[index] = conversation;
            i += batch.Length;
        }

        return (store, [.. placed.Select(c => $"{store.NowAt(c)}")]);
    }

    private static string[] Oracle(Sent[] mails)
    {
        var label = Enumerable.Range(0, mails.Length).ToArray();
        int[] Ids(int mail) => mails[mail].Own == 0 ? mails[mail].Named : [mails[mail].Own, .. mails[mail].Named];
        for (var changed = true; changed;)
        {
            changed = false;
            for (var one = 0; one < mails.Length; one++)
                for (var other = 0; other < mails.Length; other++)
                    if (label[one] < label[other] && Ids(one).Intersect(Ids(other)).Any())
                        (label[other], changed) = (label[one], true);
        }

        return [.. label.Select(l => $"{l}")];
    }

    private static HashSet<string> Groups(string[] labels) =>
        [.. labels.Select((label, index) => (label, index)).GroupBy(l => l.label).Select(g => string.Join(',', g.Select(l => l.index)))];

    private sealed record Sent(int Own, int[] Named, int Sender)
    {
        public ThreadedMail ToThreaded(Func<Sent, string> sender)
        {
            string[] named = [.. Named.Select(n => $"id{n}")];
            return new([Own == 0 ? $"own{Guid.NewGuid()}" : $"id{Own}", .. named], named, [], sender(this));
        }
    }

    /// <summary>Does what a plan says, as the database would.</summary>
    private sealed class Store
    {
        private readonly Dictionary<string, Guid> _owners = [];
        private readonly Dictionary<Guid, KnownConversation> _known = [];
        private readonly Dictionary<Guid, Guid> _redirects = [];
        private int _made;

        public List<ConversationMerge> Merges { get; } = [];

        public IEnumerable<KnownConversation> Known => _known.Values;

        /// <summary>Every state of a conversation that had a lead.</summary>
        public List<KnownConversation> Settled { get; } = [];

        public int Links { get; private set; }

        public bool WriteToAll { get; init; }

        public IReadOnlyList<Guid> Take(IReadOnlyList<ThreadedMail> mails)
        {
            var plan = ThreadPlanner.Plan(mails, _owners, _known, NewId);
            foreach (var (key, conversation) in plan.NewKeys)
                _owners.Add(key, conversation);
            var before = _known.ToDictionary();
            foreach (var merge in plan.Merges)
            {
                Assert.True(_known.Remove(merge.From));
                _redirects[merge.From] = merge.To;
                _known[merge.To] = new(merge.To, before[merge.LeadFrom].LeadEmail, _known[merge.To].Written || before[merge.From].Written);
                foreach (var key in _owners.Where(o => o.Value == merge.From).Select(o => o.Key).ToList())
                    _owners[key] = merge.To;
            }

            foreach (var (mail, id) in mails.Zip(plan.Conversations))
            {
                var now = _known.GetValueOrDefault(id) ?? new(id, null, WriteToAll);
                _known[id] = now with { LeadEmail = now.LeadEmail ?? (mail.Sender == Ours ? null : mail.Sender), Written = now.Written || mail.Sender == Ours };
            }

            Merges.AddRange(plan.Merges);
            Links += plan.Links.Count;
            Settled.AddRange(_known.Values.Where(c => c.LeadEmail is not null));
            return plan.Conversations;
        }

        public Guid NowAt(Guid conversation)
        {
            while (_redirects.TryGetValue(conversation, out var to))
                conversation = to;
            return conversation;
        }

        private Guid NewId() => Guid.CreateVersion7(DateTimeOffset.UnixEpoch.AddSeconds(++_made));
    }
}
