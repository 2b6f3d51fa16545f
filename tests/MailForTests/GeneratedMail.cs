using System.Globalization;
using System.Text.Json;

namespace MailForTests;

/// <summary>Makes mail with everything that threading has to cope with: parents that never came, several parents, loops, phrases, no ids.</summary>
public static class GeneratedMail
{
    /// <summary>The same mail for the same seed.</summary>
    /// <param name="count">How many messages.</param>
    /// <param name="seed">Begins the pseudo-random numbers.</param>
    /// <param name="repliesPerThread">How long threads get, roughly.</param>
    public static MailCorpus Create(int count, int seed, int repliesPerThread = 3)
    {
        var random = new Random(seed);
        var mails = new List<(string? Id, List<string> Named, string Json)>();
        var start = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < count; i++)
        {
            var id = random.Next(50) == 0 ? null : $"m{i}.{seed}@mail.example";
            var named = new List<string>();
            string? inReplyTo = null;
            if (i > 0 && random.Next(repliesPerThread + 1) > 0)
            {
                // Mail answers recent mail, or mail that nobody here has seen.
                var parent = random.Next(8) == 0 ? $"lost{random.Next(1 + (i / 4))}.{seed}@elsewhere.example" : mails[random.Next(Math.Max(0, i - 200), i)].Id;
                if (parent is not null)
                    named.Add(parent);
                if (random.Next(20) == 0)
                    named.Add($"m{i + random.Next(1, 5)}.{seed}@mail.example");
                inReplyTo = named.Count == 0 ? null : random.Next(4) switch
                {
                    0 => $"Message from Some Body <some.body@people.example> of \"Mon, 01 Jan 2024 10:00:00 GMT\" {string.Join(' ', named.Select(n => $"<{n}>"))}",
                    1 => $"{string.Join(' ', named.Select(n => $"<{n}>"))}; from some.body@people.example on Mon, Jan 01",
                    _ => string.Join(' ', named.Select(n => $"<{n}>")),
                };
            }

            mails.Add((id, named, Json(random, i, id, named, inReplyTo, start.AddMinutes(i))));
        }

        return new($"generated {count}", [.. mails.Zip(Threads(mails), (mail, thread) => new MailSample(mail.Json, mail.Id, thread))], 1);
    }

    /// <summary>The oracle: passes over all ties until nothing changes any more.</summary>
    private static string[] Threads(List<(string? Id, List<string> Named, string Json)> mails)
    {
        var thread = Enumerable.Range(0, mails.Count).ToArray();
        var ids = mails.Select(m => m.Named.Concat(m.Id is null ? [] : [m.Id]).ToList()).ToList();
        for (var changed = true; changed;)
        {
            changed = false;
            var least = new Dictionary<string, int>();
            for (var i = 0; i < mails.Count; i++)
                foreach (var id in ids[i])
                    least[id] = Math.Min(least.GetValueOrDefault(id, int.MaxValue), thread[i]);
            for (var i = 0; i < mails.Count; i++)
            {
                var best = ids[i].Count == 0 ? thread[i] : ids[i].Min(id => least[id]);
                changed |= best != thread[i];
                thread[i] = best;
            }
        }

        return [.. thread.Select(t => t.ToString(CultureInfo.InvariantCulture))];
    }

    private static string Json(Random random, int index, string? id, List<string> named, string? inReplyTo, DateTimeOffset date)
    {
        var headers = new List<object>();
        if (id is not null)
            headers.Add(new { Name = random.Next(2) == 0 ? "Message-ID" : "Message-Id", Value = $"<{id}>" });
        // Some mailers know only one of the two headers.
        var both = random.Next(3);
        if (inReplyTo is not null && both != 0)
            headers.Add(new { Name = "In-Reply-To", Value = inReplyTo });
        if (named.Count > 0 && both != 1)
            headers.Add(new { Name = "References", Value = string.Join("\t", named.Select(n => $"<{n}>")) });
        var sender = random.Next(200);
        return JsonSerializer.Serialize(new
        {
            From = $"sender{sender}@people.example",
            FromName = $"Sender {sender}",
            FromFull = new { Email = $"sender{sender}@people.example", Name = $"Sender {sender}", MailboxHash = "" },
            ToFull = new[] { new { Email = "desk@platform.example", Name = "Desk", MailboxHash = "" } },
            CcFull = Array.Empty<object>(),
            Subject = $"Question {index} about {Words(random, 3)}",
            MessageID = $"{index:x8}-{random.Next():x8}",
            Date = date.ToString("ddd, dd MMM yyyy HH:mm:ss +0000", CultureInfo.InvariantCulture),
            MailboxHash = "",
            TextBody = $"{index}: {Words(random, random.Next(20, 200))}\n",
            HtmlBody = "",
            Headers = headers,
            Attachments = Array.Empty<object>(),
        });
    }

    private static string Words(Random random, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => $"word{random.Next(2000)}"));
}
