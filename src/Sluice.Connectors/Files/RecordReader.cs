using Sluice.Engine.Errors;

namespace Sluice.Connectors.Files;

/// <summary>Cuts a stream of UTF-8 into lines, or into records of csv, which may hold line breaks. A mark at the beginning (BOM) is
/// dropped; lines end with <c>\n</c> or <c>\r\n</c>, the last one also with the file.</summary>
internal sealed class RecordReader(Stream stream, QuoteRule? quotes, string file, int mostBytes = RecordReader.MostLineBytes) : IDisposable
{
    /// <summary>A longer line is more likely no line at all.</summary>
    public const int MostLineBytes = 64 << 20;

    private const int FirstBufferBytes = 256 << 10;

    private byte[] _buffer = new byte[Math.Min(FirstBufferBytes, mostBytes)];
    private int _start;
    private int _end;
    private bool _atEnd;
    private bool _begun;
    private long _linesDone;

    // Of the record at _start, counted from there: what has been looked at, and what was seen.
    private int _scanned;
    private bool _inQuotes;
    private int _closedAt;

    /// <summary>The line on which the last record begins, from 1.</summary>
    public long Line { get; private set; }

    /// <summary>The next record, without its line break; valid until the next call.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="DataException">The line is too long.</exception>
    public bool TryNext(out ReadOnlySpan<byte> record)
    {
        (_scanned, _inQuotes, _closedAt) = (0, false, -1);
        while (true)
        {
            var length = FindEnd(_buffer.AsSpan(_start, _end - _start));
            if (length >= 0)
            {
                record = Take(length, 1);
                record = record.EndsWith("\r"u8) ? record[..^1] : record;
                return true;
            }

            if (_atEnd)
            {
                record = Take(_end - _start, 0);
                return record.Length > 0;
            }

            Fill();
        }
    }

    public void Dispose() => stream.Dispose();

    private ReadOnlySpan<byte> Take(int length, int lineBreak)
    {
        var record = _buffer.AsSpan(_start, length);
        _start += length + lineBreak;
        _begun = true;
        Line = _linesDone + 1;
        _linesDone += 1 + (quotes is null ? 0 : record.Count((byte)'\n'));
        return record;
    }

    /// <returns>Where the record ends, or -1 where that has not been read yet.</returns>
    private int FindEnd(ReadOnlySpan<byte> rest)
    {
        if (quotes is null || (quotes.HasComments && rest.StartsWith("#"u8)))
        {
            var at = rest[_scanned..].IndexOf((byte)'\n');
            var end = at < 0 ? -1 : _scanned + at;
            _scanned = rest.Length;
            return end;
        }

        while (_scanned < rest.Length)
        {
            var at = rest[_scanned..].IndexOfAny((byte)'\n', quotes.Quote, quotes.Escape ?? quotes.Quote);
            if (at < 0)
            {
                _scanned = rest.Length;
                return -1;
            }

            at += _scanned;
            var isEscape = rest[at] == quotes.Escape && quotes.Escape != quotes.Quote;
            if (isEscape && at + 1 == rest.Length && !_atEnd)
            {
                // What is escaped has not been read yet.
                _scanned = at;
                return -1;
            }

            _scanned = at + (isEscape ? 2 : 1);
            if (rest[at] == '\n' && !_inQuotes)
            {
                return at;
            }

            if (rest[at] == quotes.Quote && !isEscape)
            {
                OnQuote(rest, at);
            }
        }

        return -1;
    }

    private void OnQuote(ReadOnlySpan<byte> rest, int at)
    {
        if (_inQuotes)
        {
            (_inQuotes, _closedAt) = (false, at);
        }
        else if (at == 0 || rest[..at].EndsWith(quotes!.Delimiter) || (_closedAt == at - 1 && _closedAt >= 0))
        {
            // The beginning of a field, or the second of two quotes, which stand for one and do not close.
            _inQuotes = true;
        }
    }

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_end >= mostBytes)
            {
                throw new DataException($"{file}, line {_linesDone + 1}: is longer than {mostBytes} bytes" + (_inQuotes ? "; a quote that begins in it is not closed" : "; is this a text file?"));
            }

            Array.Resize(ref _buffer, (int)Math.Min(mostBytes, _buffer.Length * 2L));
        }

        var read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _atEnd = read == 0;
        _end += read;
        SkipMark();
    }

    private void SkipMark()
    {
        if (_begun || (_end < 3 && !_atEnd))
        {
            return;
        }

        _begun = true;
        if (_buffer.AsSpan(0, _end).StartsWith("\uFEFF"u8))
        {
            _start = 3;
            (_scanned, _inQuotes, _closedAt) = (0, false, -1);
        }
    }
}
