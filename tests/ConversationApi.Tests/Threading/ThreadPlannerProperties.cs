using ConversationApi.Ingestion.Threading;
using FsCheck;
using FsCheck.Fluent;

namespace ConversationApi.Tests.Threading;

/// <summary>Threading against an oracle, on generated forests of mail.</summary>
public sealed class ThreadPlannerProperties
{
    // Few names for many mails: lost parents, loops, ids used twice and several parents come by themselves. Own 0 is no id.
    private static readonly Gen<(int Own, int[] Named)> _mail =
        from own in Gen.Choose(0, 14)
        from named in Gen.ArrayOf(Gen.Choose(1, 24)).Resize(3)
        select (own, named);

    private static readonly Arbitrary<((int Own, int[] Named)[] Mails, int Seed)> _arrivals =
        (from mails in Gen.ArrayOf(_mail).Resize(25) from seed in Gen.Choose(0, int.MaxValue - 1) select (mails, seed)).ToArbitrary();

    private static readonly Config _config = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Any_order_in_any_batches_gives_the_closure_of_all_ties() =>
        Prop.ForAll(_arrivals, input =>
        {
            var order = Enumerable.Range(0, input.Mails.Length).ToArray();
            new Random(input.Seed).Shuffle(order);
            return Groups(PlanInBatches(input.Mails, order, input.Seed)).SetEquals(Groups(Oracle(input.Mails)));
        }).Check(_config);

    [Fact]
    public void The_oldest_conversation_survives_every_merge() =>
        Prop.ForAll(_arrivals, input =>
        {
            var store = new Store();
            foreach (var mail in input.Mails)
                store.Take([Mail(mail)]);
            return store.Merges.All(m => m.To.CompareTo(m.From) < 0);
        }).Check(_config);

    [Fact]
    public void Conversations_whose_different_leads_we_wrote_to_never_merge() =>
        Prop.ForAll(_arrivals, input =>
        {
            var store = new Store { WriteToAll = true };
            foreach (var mail in input.Mails)
                store.Take([Mail(mail)]);
            return store.Merges.Count == 0;
        }).Check(_config);

    private static string[] PlanInBatches((int Own, int[] Named)[] mails, int[] order, int seed)
    {
        var random = new Random(seed);
        var store = new Store();
        var placed = new Guid[mails.Length];
        for (var i = 0; i < order.Length;)
        {
            var batch = order.Skip(i).Take(random.Next(1, 6)).ToArray();
            foreach (var (index, conversation) in batch.Zip(store.Take([.. batch.Select(m => Mail(mails[m]))])))
                placed[index] = conversation;
            i += batch.Length;
        }

        return [.. placed.Select(c => $"{store.NowAt(c)}")];
    }

    private static ThreadedMail Mail((int Own, int[] Named) mail)
    {
        string[] named = [.. mail.Named.Select(n => $"id{n}")];
        return new([mail.Own == 0 ? $"own{Guid.NewGuid()}" : $"id{mail.Own}", .. named], named, [], null);
    }

    private static string[] Oracle((int Own, int[] Named)[] mails)
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

    /// <summary>Does what a plan says, as the database would.</summary>
    private sealed class Store
    {
        private readonly Dictionary<string, Guid> _owners = [];
        private readonly Dictionary<Guid, KnownConversation> _known = [];
        private readonly Dictionary<Guid, Guid> _redirects = [];
        private int _made;

        public List<ConversationMerge> Merges { get; } = [];

        public bool WriteToAll { get; init; }

        public IReadOnlyList<Guid> Take(IReadOnlyList<ThreadedMail> mails)
        {
            var plan = ThreadPlanner.Plan(mails, _owners, _known, NewId);
            foreach (var created in plan.Created)
                _known[created] = new(created, $"{created}", WriteToAll);
            foreach (var (key, conversation) in plan.NewKeys)
                _owners.Add(key, conversation);
            foreach (var merge in plan.Merges)
            {
                Assert.True(_known.Remove(merge.From));
                _redirects[merge.From] = merge.To;
                foreach (var key in _owners.Where(o => o.Value == merge.From).Select(o => o.Key).ToList())
                    _owners[key] = merge.To;
            }

            Merges.AddRange(plan.Merges);
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
