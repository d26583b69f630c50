using System.Text;

namespace Sluice.Sql.Functions;

/// <summary>The characters (code points) of a UTF-8 text; bytes that are none are U+FFFD.</summary>
internal ref struct RuneBytes(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> _rest = text;

    public Rune Current { get; private set; }

    public readonly RuneBytes GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        Rune.DecodeFromUtf8(_rest, out var rune, out var length);
        Current = rune;
        _rest = _rest[length..];
        return true;
    }
}
