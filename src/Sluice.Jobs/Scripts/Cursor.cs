using Sluice.Engine.Errors;

namespace Sluice.Jobs.Scripts;

/// <summary>Turns byte offsets of a UTF-8 text into lines and columns, both from 1, columns in characters. Offsets that rise cost
/// one pass over the text in all.</summary>
internal sealed class Cursor(string file, byte[] text)
{
    private long _offset;
    private int _line = 1;
    private int _column = 1;

    public Place At(long offset, string path)
    {
        if (offset < _offset)
        {
            (_offset, _line, _column) = (0, 1, 1);
        }

        for (; _offset < offset && _offset < text.Length; _offset++)
        {
            var b = text[_offset];
            if (b == (byte)'\n')
            {
                _line++;
                _column = 1;
            }
            else if ((b & 0xC0) != 0x80)
            {
                // The other bytes of a character are 10xxxxxx.
                _column++;
            }
        }

        return new Place(file, _line, _column, path);
    }
}
