namespace ConversationApi.Tests.Search;

/// <summary>Mail and questions in which every topic's words occur, and those of their own only somewhat oftener.</summary>
internal sealed class NoisyMail
{
    private readonly TopicalMail _words;
    private readonly int _topics;
    private readonly Random _random;

    public NoisyMail(int topics, int seed) => (_words, _topics, _random) = (new(topics, seed), topics, new(seed));

    public string Json(int topic, string id) => MailJson.Of(id, subject: "", text: Text(topic, 8, 10));

    /// <summary>Two words of the topic and two of others.</summary>
    public string Question(int topic) => Text(topic, 2, 2);

    private string Text(int topic, int own, int others)
    {
        var words = Enumerable.Range(0, own).Select(_ => Word(topic)).Concat(Enumerable.Range(0, others).Select(_ => Word(_random.Next(_topics)))).ToArray();
        _random.Shuffle(words);
        return string.Join(' ', words);
    }

    private string Word(int topic) => _words.Words(topic)[_random.Next(_words.Words(topic).Count)];
}
