using System.Buffers;

namespace ConversationApi.Ingestion.Parsing;

/// <summary>
/// Cuts a body into its messages, holding no more than one of them and what was read ahead. In JSON that is one object or an array
/// of them, cut by brackets alone, in NDJSON one object a line: a message that does not parse costs no other.
/// </summary>
internal sealed class JsonFrameReader(Stream body, bool lines, int maxFrameBytes) : IDisposable
{
    private const int ReadAhead = 64 * 1024;
    private static readonly SearchValues<byte> _brackets = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> _endOfLiteral = SearchValues.Create(",]}\n"u8);

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(2 * ReadAhead);
    private int _start;
    private int _scan;
    private int _end;
    private Task<int>? _reading;
    private bool _complete;

    private bool _inArray;
    private bool _began;
    private bool _inValue;
    private bool _tooLarge;
    private bool _quoted;
    private bool _literal;
    private int _depth;

    /// <summary>Whether there was anything but white space.</summary>
    public bool HasContent => _began;

    /// <summary>The next finding.</summary>
    /// <param name="mayPause">Come back instead of waiting for the client.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async ValueTask<JsonFrame> ReadAsync(bool mayPause, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_reading is null && TryCut(out var frame))
                return frame;
            if (_complete)
                return AtEnd();

            if (_reading is null)
            {
                MakeRoom();
                _reading = body.ReadAsync(_buffer, _end, _buffer.Length - _end, cancellationToken);
            }

            if (mayPause && !_reading.IsCompleted)
                return new(JsonFrameKind.Pause, default);
            var read = await _reading;
            _reading = null;
            _end += read;
            _complete = read == 0;
        }
    }

    public void Dispose()
    {
        // A read that is still under way keeps its buffer.
        if (_reading is null or { IsCompleted: true })
            ArrayPool<byte>.Shared.Return(_buffer);
    }

    private bool TryCut(out JsonFrame frame)
    {
        var found = lines ? FindLineEnd() : (_inValue || FindBegin()) && FindValueEnd();
        if (!found)
        {
            frame = default;
            return false;
        }

        frame = Take(_scan);
        return true;
    }

    private JsonFrame Take(int end)
    {
        _began = true;
        var bytes = _buffer.AsMemory(_start, end - _start);
        var kind = _tooLarge || bytes.Length > maxFrameBytes ? JsonFrameKind.TooLarge : JsonFrameKind.Value;
        (_start, _scan, _inValue, _tooLarge, _quoted, _literal, _depth) = (end, end, false, false, false, false, 0);
        return new(kind, kind == JsonFrameKind.Value ? bytes : default);
    }

    private JsonFrame AtEnd()
    {
        if (_scan == _end && (lines ? _start == _end : !_inValue))
            return new(JsonFrameKind.End, default);
        _scan = _end;
        // The last line needs no line feed, a literal no bracket.
        if (lines || _literal)
            return Take(_end);
        Take(_end);
        return new(JsonFrameKind.Truncated, default);
    }

    private bool FindLineEnd()
    {
        while (true)
        {
            while (!_tooLarge && _start == _scan && _start < _end && IsSpace(_buffer[_start]))
                _scan = ++_start;
            var at = _buffer.AsSpan(_scan, _end - _scan).IndexOf((byte)'\n');
            if (at < 0)
            {
                _scan = _end;
                return false;
            }

            _scan += at;
            if (_scan > _start || _tooLarge)
                return true;
        }
    }

    /// <summary>Passes over what stands between values.</summary>
    private bool FindBegin()
    {
        for (; _scan < _end; _scan++)
        {
            switch (_buffer[_scan])
            {
                case var space when IsSpace(space):
                case (byte)',' when _inArray:
                case (byte)']' when _inArray:
                    continue;
                case (byte)'[' when !_began:
                    _inArray = _began = true;
                    continue;
                default:
                    (_start, _inValue, _began) = (_scan, true, true);
                    _literal = _buffer[_scan] is not ((byte)'{' or (byte)'[' or (byte)'"');
                    return true;
            }
        }

        _start = _scan;
        return false;
    }

    /// <summary>Leaves the position behind the value, if the value has come whole.</summary>
    private bool FindValueEnd()
    {
        if (_literal)
        {
            var end = _buffer.AsSpan(_scan, _end - _scan).IndexOfAny(_endOfLiteral);
            _scan = end < 0 ? _end : Math.Max(_scan + end, _start + 1);
            return end >= 0;
        }

        while (_scan < _end)
        {
            var rest = _buffer.AsSpan(_scan, _end - _scan);
            var at = _quoted ? rest.IndexOfAny((byte)'"', (byte)'\\') : rest.IndexOfAny(_brackets);
            if (at < 0)
            {
                _scan = _end;
                return false;
            }

            if (_quoted && rest[at] == '\\')
            {
                // The escaped byte may not have come yet.
                if (at + 1 >= rest.Length)
                {
                    _scan += at;
                    return false;
                }

                _scan += at + 2;
                continue;
            }

            _scan += at + 1;
            if (rest[at] == '"')
                _quoted = !_quoted;
            else
                _depth += rest[at] is (byte)'{' or (byte)'[' ? 1 : -1;
            if (!_quoted && _depth <= 0)
                return true;
        }

        return false;
    }

    /// <summary>White space, and the bytes of a byte order mark.</summary>
    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF;

    private void MakeRoom()
    {
        if (_scan - _start > maxFrameBytes)
        {
            // Nobody will read it: only the state of the scan is needed to find its end.
            (_start, _tooLarge) = (_scan, true);
        }

        if (_buffer.Length - _end >= ReadAhead)
            return;
        var length = _end - _start;
        var target = length > _buffer.Length - ReadAhead ? ArrayPool<byte>.Shared.Rent(2 * _buffer.Length) : _buffer;
        Buffer.BlockCopy(_buffer, _start, target, 0, length);
        if (target != _buffer)
            ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _scan, _end, _start) = (target, _scan - _start, length, 0);
    }
}
