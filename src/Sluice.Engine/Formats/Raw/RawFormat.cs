using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Raw;

/// <summary><c>'format' = 'raw'</c>: the message is the value of the only column.</summary>
internal sealed class RawFormat : IFormat
{
    private static readonly Option<string?> s_charset = Option.Text("raw.charset", "UTF-8", "How texts are encoded: UTF-8, UTF-16, ISO-8859-1, GBK, ...");

    private static readonly Option<string> s_endianness = Option.Choice("raw.endianness", "big-endian", ["big-endian", "little-endian"], "The order of the bytes of a number.");

    public string Name => "raw";

    public string Summary => "The message as it is: a text, bytes, or a number of fixed size in the table's only column.";

    public IReadOnlyList<IOption> Options => [s_charset, s_endianness];

    public bool HasChangelog => false;

    public Func<Decoder> Reading(FormatContext context)
    {
        var (column, layout) = Take(context);
        return () => new RawDecoder(column, layout);
    }

    public Func<Encoder> Writing(FormatContext context)
    {
        var (column, layout) = Take(context);
        return () => new RawEncoder(column, layout);
    }

    private static (FormatColumn Column, RawLayout Layout) Take(FormatContext context)
    {
        var charset = CharsetOf(context.Options);
        var littleEndian = context.Options.Take(s_endianness) == "little-endian";
        if (context.Columns.Count != 1)
        {
            throw new ConfigException(context.Place, $"the format 'raw' takes one column, and there are {context.Columns.Count}: {string.Join(", ", context.Columns.Select(c => c.Name))}");
        }

        var column = context.Columns[0];
        return RawLayout.SizeOf(column.Type) is { } size
            ? (column, new RawLayout(column.Type, size, littleEndian, charset))
            : throw new ConfigException(context.Place, $"column '{column.Name}' holds {column.Type.Nullable()}, which the format 'raw' does not have; it takes STRING, BYTES, BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT and DOUBLE");
    }

    /// <returns>Null for UTF-8, whose bytes are taken as they are.</returns>
    private static Encoding? CharsetOf(OptionBag options)
    {
        var name = options.Take(s_charset)!;
        if (name.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) || name.Equals("UTF8", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new ConfigException(options.PlaceOf(s_charset), $"'{s_charset.Name}' is \"{name}\", which is no character set known here; UTF-8, UTF-16, ISO-8859-1, GBK and Big5 are");
        }
    }
}
