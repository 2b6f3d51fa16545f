using System.Globalization;

namespace ConversationApi.Tests.Search;

/// <summary>
/// Mail about made-up topics. Each topic has words of its own, of which a message uses some: two messages of a topic may share no word,
/// and only the topic's other messages tie them together. Words are made of syllables, so that no dictionary knows them.
/// </summary>
internal sealed class TopicalMail
{
    private const int WordsPerTopic = 24;
    private static readonly string[] _syllables = ["ba", "ko", "ri", "mu", "te", "zo", "fa", "lu", "ne", "vi", "po", "gra"];
    private readonly string[][] _topics;
    private readonly Random _random;

    public TopicalMail(int topics, int seed)
    {
        _random = new(seed);
        _topics = [.. Enumerable.Range(0, topics).Select(topic => Enumerable.Range(0, WordsPerTopic).Select(word => Word((topic * WordsPerTopic) + word)).ToArray())];
    }

    public IReadOnlyList<string> Words(int topic) => _topics[topic];

    /// <summary>A message with some of a topic's words, which are not at the same place in any other.</summary>
    public string Json(int topic, string id, string? inReplyTo = null, string from = "lead@people.example", string? without = null, string date = "Mon, 01 Jan 2024 10:00:00 +0000") =>
        MailJson.Of(id, inReplyTo, from: from, subject: Text(topic, 2, without), text: Text(topic, 10, without), date: date);

    public IEnumerable<string> Many(int count, string prefix = "m") =>
        Enumerable.Range(0, count).Select(i => Json(i % _topics.Length, string.Create(CultureInfo.InvariantCulture, $"{prefix}{i}.{i % _topics.Length}@x")));

    private string Text(int topic, int words, string? without)
    {
        var own = _topics[topic].Where(word => word != without).ToArray();
        _random.Shuffle(own);
        return string.Join(' ', own.Take(words));
    }

    private static string Word(int number)
    {
        var word = "";
        for (var i = 0; i < 3; i++, number /= _syllables.Length)
            word += _syllables[number % _syllables.Length];
        return word + "x";
    }
}
