using ConversationApi.Search.Questions;

namespace ConversationApi.Tests.Search;

public sealed class QuestionTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 3)]
    [InlineData(2, 2)]
    [InlineData(5, 1)]
    public void No_word_counts_against_a_message_whatever_the_statistics_say(long messages, int documents)
    {
        var word = new QuestionTerm("word", 1, documents);
        Assert.InRange(new Question([word], [word], messages, 10, null).WeightOf(word), double.Epsilon, 10);
    }
}
