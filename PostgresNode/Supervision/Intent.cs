using PostgresNode.Startup;

namespace PostgresNode.Supervision;

/// <summary>Whether the server shall run and how it shall start. Requests and the supervisor's loop both write it, at any moment.</summary>
internal sealed class Intent : IDisposable
{
    private readonly Lock _gate = new();
    private CancellationTokenSource _start = new();
    private StartWish _wish = new();
    private bool _wanted = true;
    private bool _ended;
    private int _stops;
    private int _failures;

    /// <summary>Whether the server shall run. A stop that still waits for its turn changes nothing.</summary>
    public bool IsWanted
    {
        get { lock (_gate) return _wanted && !_ended; }
    }

    /// <summary>Asks for a start; the wish replaces an earlier one, and a start under way begins again with it. One that wishes for nothing more than that goes on.</summary>
    public void Want(StartWish wish)
    {
        CancellationTokenSource outdated;
        lock (_gate)
        {
            // What it does may be a rewind, which is not to be broken off.
            if (_wanted && _stops == 0 && wish == _wish && wish == new StartWish())
            {
                _failures = 0;
                return;
            }
            (_wish, _wanted, _failures) = (wish, true, 0);
            (outdated, _start) = (_start, new());
        }
        End(outdated);
    }

    /// <summary>Ends a start under way and holds up the next until <see cref="Stop"/>.</summary>
    public void Interrupt()
    {
        CancellationTokenSource outdated;
        lock (_gate)
        {
            _stops++;
            (outdated, _start) = (_start, new());
        }
        End(outdated);
    }

    /// <summary>The stop that <see cref="Interrupt"/> announced has its turn.</summary>
    /// <param name="forGood">Whether no later wish counts: the program ends.</param>
    public void Stop(bool forGood)
    {
        lock (_gate)
        {
            _stops--;
            _wanted = false;
            _ended |= forGood;
        }
    }

    /// <summary>Has the next start go this way.</summary>
    public void Replace(StartWish wish)
    {
        lock (_gate)
            _wish = wish;
    }

    /// <summary>How to start now, and what ends the start; null when it is not to be.</summary>
    public (StartWish Wish, CancellationToken Outdated)? Begin()
    {
        lock (_gate)
            return _wanted && !_ended && _stops == 0 ? (_wish, _start.Token) : null;
    }

    /// <summary>The wish holds no longer, fulfilled or out of date; one that came meanwhile stays.</summary>
    public void Drop(StartWish wish)
    {
        lock (_gate)
        {
            if (ReferenceEquals(_wish, wish))
                _wish = new();
        }
    }

    /// <summary>Counts a failure; returns how many there were in a row.</summary>
    public int Fail()
    {
        lock (_gate)
            return ++_failures;
    }

    public void Succeed()
    {
        lock (_gate)
            _failures = 0;
    }

    public void Dispose() => _start.Dispose();

    // Outside of the lock: what waits for the token goes on in here.
    private static void End(CancellationTokenSource start)
    {
        start.Cancel();
        start.Dispose();
    }
}
