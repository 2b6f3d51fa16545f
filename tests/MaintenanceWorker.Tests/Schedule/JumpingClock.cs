using Microsoft.Extensions.Time.Testing;

namespace MaintenanceWorker.Tests.Schedule;

/// <summary>A clock that is moved by hand, and can be put ahead or back as a person puts one: timers run on as if nothing had happened.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : TimeProvider
{
    private readonly FakeTimeProvider _time = new(start);
    private long _offset;

    public override DateTimeOffset GetUtcNow() => _time.GetUtcNow().AddTicks(Volatile.Read(ref _offset));

    public override long GetTimestamp() => _time.GetTimestamp();

    public override long TimestampFrequency => _time.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => _time.CreateTimer(callback, state, dueTime, period);

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan length) => _time.Advance(length);

    /// <summary>Puts the clock to another time.</summary>
    public void JumpTo(DateTimeOffset time) => Volatile.Write(ref _offset, (time - _time.GetUtcNow()).Ticks);
}
