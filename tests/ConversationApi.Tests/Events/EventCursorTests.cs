using ConversationApi.Events;

namespace ConversationApi.Tests.Events;

public sealed class EventCursorTests
{
    [Fact]
    public void A_place_survives_being_written_and_read()
    {
        foreach (var cursor in new[] { default, new EventCursor(1, 747, 12), new EventCursor(uint.MaxValue, ulong.MaxValue, long.MaxValue) })
        {
            Assert.True(EventCursor.TryParse(cursor.ToString(), out var read));
            Assert.Equal(cursor, read);
        }
    }

    [Fact]
    public void Places_are_in_the_order_of_transaction_and_position()
    {
        EventCursor[] inOrder = [new(1, 1, 9), new(1, 2, 1), new(1, 2, 2), new(1, 10, 0)];
        Assert.All(inOrder.Zip(inOrder.Skip(1)), pair => Assert.True(pair.First.IsBefore(pair.Second) && !pair.Second.IsBefore(pair.First)));
        Assert.False(inOrder[0].IsBefore(inOrder[0]));
    }
}
