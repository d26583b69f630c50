namespace Sluice.Redis.Protocol;

/// <summary>Looks for the end of a reply of which more and more arrives. <see cref="RespReader"/> begins at its start each time, so that a
/// large array in small pieces would cost the square of its size; this looks at each element once.</summary>
/// <param name="small">Bytes that may be read again and again. More than the line that begins an array, which may be taken by itself.</param>
internal sealed class ReplyExtent(int small)
{
    /// <summary>Elements that are still to come of each level that has begun; of the outermost, the reply itself.</summary>
    private readonly long[] _left = new long[RespReader.MaxDepth + 1];

    private int _depth;
    private int _end;
    private bool _isIncomplete;

    /// <param name="received">What <see cref="Read"/> has left, and what came after it.</param>
    /// <returns>False where it would be read in vain.</returns>
    /// <exception cref="RespFormatException">The bytes are not RESP, or exceed its bounds.</exception>
    public bool IsWorthReading(ReadOnlySpan<byte> received) => !_isIncomplete || IsWhole(received);

    /// <summary>So many of the bytes that were there have been taken.</summary>
    public void Read(int received, int consumed)
    {
        if (consumed > 0 || !_isIncomplete)
        {
            (_depth, _end, _left[0]) = (0, 0, 1);
        }

        _isIncomplete = consumed == 0 && received > small;
    }

    private bool IsWhole(ReadOnlySpan<byte> received)
    {
        while (_depth >= 0)
        {
            if (_left[_depth] == 0)
            {
                _depth--;
            }
            else if (TryStep(received[_end..], out var elements, out var consumed))
            {
                _left[_depth]--;
                _end += consumed;
                if (elements > 0)
                {
                    _left[++_depth] = elements;
                }
            }
            else
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="elements">How many follow of what begins here; 0 or less: none.</param>
    private bool TryStep(ReadOnlySpan<byte> rest, out long elements, out int consumed)
    {
        if (!RespReader.HasElements(rest))
        {
            elements = 0;
            return RespReader.TryRead(rest, out _, out consumed);
        }

        if (!RespReader.TryReadHeader(rest, out elements, out consumed))
        {
            return false;
        }

        if (elements >= 0)
        {
            RespReader.CheckDepth(_depth);
        }

        return true;
    }
}
