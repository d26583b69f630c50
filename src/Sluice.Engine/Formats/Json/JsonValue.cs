using System.Text.Json;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Json;

/// <summary>Reads a JSON value into a column of one type. Which one is decided when the decoder is made.</summary>
internal abstract class JsonValue
{
    /// <summary>Reads the value that the reader stands on, which is not null, and leaves the reader at the value's end.</summary>
    /// <returns>False where it is no value of the type.</returns>
    public abstract bool TryRead(ref Utf8JsonReader reader, Column column, int row);

    public static JsonValue Of(SqlType type, JsonSettings settings) => type.Kind switch
    {
        TypeKind.Boolean => new JsonBoolean(),
        TypeKind.TinyInt => new JsonInt(sbyte.MinValue, sbyte.MaxValue, takesFractions: false),
        TypeKind.SmallInt => new JsonInt(short.MinValue, short.MaxValue, takesFractions: false),
        TypeKind.Int or TypeKind.IntervalYearMonth => new JsonInt(int.MinValue, int.MaxValue, takesFractions: true),
        TypeKind.BigInt or TypeKind.IntervalDayTime => new JsonBigInt(),
        TypeKind.Float => new JsonFloat(),
        TypeKind.Double => new JsonDouble(),
        TypeKind.Decimal => new JsonDecimal(type.Precision, type.Scale),
        TypeKind.Char or TypeKind.Varchar => new JsonString(),
        TypeKind.Binary or TypeKind.Varbinary => new JsonBytes(),
        TypeKind.Date => new JsonDate(),
        TypeKind.Time => new JsonTime(type.Precision),
        TypeKind.Timestamp => new JsonTimestamp(settings, type.Precision, isMoment: false),
        TypeKind.TimestampLtz => new JsonTimestamp(settings, type.Precision, isMoment: true),
        TypeKind.Array => new JsonArray(Of(type.Element!, settings), settings.IgnoreParseErrors),
        TypeKind.Map => new JsonMap(Of(type.Element!, settings), settings.IgnoreParseErrors),
        TypeKind.Multiset => new JsonMap(Of(SqlType.Int, settings), settings.IgnoreParseErrors),
        TypeKind.Row => new JsonRow(JsonObject.Of(type.Fields, settings)),
        _ => new JsonNull(),
    };
}

/// <summary>The type of a bare NULL: whatever stands there is null.</summary>
internal sealed class JsonNull : JsonValue
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        reader.Skip();
        column.SetNull(row);
        return true;
    }
}

/// <summary>Values that are one token. Texts with escapes are unescaped into a buffer that is kept.</summary>
internal abstract class JsonScalar : JsonValue
{
    private byte[] _unescaped = [];

    /// <summary>The text of a string, a number, or true or false. An object or array has none: it is skipped.</summary>
    protected bool TryText(ref Utf8JsonReader reader, out ReadOnlySpan<byte> text)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                reader.Skip();
                text = default;
                return false;
            case JsonTokenType.String when reader.ValueIsEscaped:
                text = Unescape(ref reader);
                return true;
            default:
                text = reader.ValueSpan;
                return true;
        }
    }

    protected ReadOnlySpan<byte> Unescape(ref Utf8JsonReader reader)
    {
        var most = reader.ValueSpan.Length;
        if (_unescaped.Length < most)
        {
            _unescaped = new byte[Math.Max(most, 2 * _unescaped.Length)];
        }

        return JsonEscapes.TryUnescape(ref reader, _unescaped, out var length)
            ? _unescaped.AsSpan(0, length)
            : JsonEscapes.UnescapeLoosely(reader.ValueSpan, _unescaped);
    }
}
