using ConversationApi.Paging;

namespace ConversationApi.Tests.Paging;

public sealed class PageBufferTests
{
    [Fact]
    public void More_at_once_than_are_kept_can_be_given_back()
    {
        var rented = Enumerable.Range(0, 50).Select(_ => PageBuffer.Rent()).ToList();
        foreach (var page in rented)
        {
            page.Json.WriteNullValue();
            page.Json.Flush();
            page.Return();
        }

        var again = PageBuffer.Rent();
        Assert.Equal(50, rented.Distinct().Count());
        Assert.True(again.Written.IsEmpty);
        again.Return();
    }
}
