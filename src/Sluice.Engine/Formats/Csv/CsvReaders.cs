using System.Buffers;
using System.Buffers.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Csv;

/// <summary>Reads a field into a column of one type. False: it is no value of the type.</summary>
internal delegate bool CsvReader(ReadOnlySpan<byte> field, Column column, int row);

/// <summary>How fields of each type are read. Which way is decided once per column.</summary>
internal static class CsvReaders
{
    public static CsvReader Of(SqlType type, CsvSettings settings) => type.Kind switch
    {
        TypeKind.Boolean => Boolean,
        TypeKind.TinyInt => static (field, column, row) => Int(field, sbyte.MinValue, sbyte.MaxValue, column, row),
        TypeKind.SmallInt => static (field, column, row) => Int(field, short.MinValue, short.MaxValue, column, row),
        TypeKind.Int or TypeKind.IntervalYearMonth => static (field, column, row) => Int(field, int.MinValue, int.MaxValue, column, row),
        TypeKind.BigInt or TypeKind.IntervalDayTime => static (field, column, row) => TextParser.TryParseWhole(field, out var value) && Put(column, row, value),
        TypeKind.Float => static (field, column, row) => TextParser.TryParseFloat(field, out var value) && Put(column, row, value),
        TypeKind.Double => static (field, column, row) => TextParser.TryParseDouble(field, out var value) && Put(column, row, value),
        TypeKind.Decimal => Decimal(type.Precision, type.Scale),
        TypeKind.Binary or TypeKind.Varbinary => Bytes,
        TypeKind.Date => static (field, column, row) => TemporalText.TryPlainDate(TextParser.Trim(field), out var value) && Put(column, row, value),
        TypeKind.Time => Time(type.Precision),
        TypeKind.Timestamp => Timestamp(type.Precision, isMoment: false),
        TypeKind.TimestampLtz => Timestamp(type.Precision, isMoment: true),
        TypeKind.Array => Array(Of(type.Element!, settings), settings),
        TypeKind.Row => Row([.. type.Fields.Select(f => Of(f.Type, settings))], settings),
        _ => Text,
    };

    private static bool Text(ReadOnlySpan<byte> field, Column column, int row)
    {
        ((TextColumn)column).Set(row, field);
        return true;
    }

    private static bool Put<T>(Column column, int row, T value)
        where T : unmanaged
    {
        ((ValueColumn<T>)column).Set(row, value);
        return true;
    }

    private static bool Int(ReadOnlySpan<byte> field, int min, int max, Column column, int row) =>
        TextParser.TryParseWhole(field, out var value) && value >= min && value <= max && Put(column, row, (int)value);

    /// <summary>True and false in any case; anything else is an error, where Flink takes it for false.</summary>
    private static bool Boolean(ReadOnlySpan<byte> field, Column column, int row)
    {
        field = TextParser.Trim(field);
        var value = System.Text.Ascii.EqualsIgnoreCase(field, "true"u8);
        return (value || System.Text.Ascii.EqualsIgnoreCase(field, "false"u8)) && Put(column, row, value);
    }

    private static CsvReader Decimal(int precision, int scale) => (field, column, row) =>
    {
        if (TextParser.TryParseDecimal(field, precision, scale, out var value, out var overflows))
        {
            return Put(column, row, value);
        }

        column.SetNull(row);
        return overflows;
    };

    private static bool Bytes(ReadOnlySpan<byte> field, Column column, int row)
    {
        var bytes = (TextColumn)column;
        var at = bytes.Heap.Reserve(Base64.GetMaxDecodedFromUtf8Length(field.Length));
        if (Base64.DecodeFromUtf8(field, at, out _, out var length) != OperationStatus.Done)
        {
            return false;
        }

        (bytes.Start[row], bytes.Length[row]) = (bytes.Heap.Take(length), length);
        return true;
    }

    private static CsvReader Time(int precision) => (field, column, row) =>
    {
        field = TextParser.Trim(field);
        var (seconds, nanos) = (0, 0);
        return (TemporalText.TryStrictTime(field, out seconds, out nanos) || TemporalText.TryStrictMinutes(field, out seconds))
            && Put(column, row, TemporalText.CutTime((seconds * 1000) + (nanos / 1_000_000), precision));
    };

    private static CsvReader Timestamp(int precision, bool isMoment) => (field, column, row) =>
    {
        field = TextParser.Trim(field);
        if (isMoment)
        {
            if (field.Length == 0 || field[^1] != 'Z')
            {
                return false;
            }

            field = field[..^1];
        }

        return TemporalText.TryStrictTimestamp(field, (byte)' ', secondsOptional: false, out var value) && Put(column, row, value.Truncate(precision));
    };

    /// <summary>An empty field is an array without elements.</summary>
    private static CsvReader Array(CsvReader element, CsvSettings settings) => (field, column, row) =>
    {
        var array = (ArrayColumn)column;
        array.Begin(row);
        var more = field.Length > 0;
        while (more)
        {
            more = Cut(ref field, settings, out var part);
            if (!TryElement(element, part, settings, array.Elements, array.Add(row)))
            {
                return false;
            }
        }

        return true;
    };

    private static CsvReader Row(CsvReader[] fields, CsvSettings settings) => (field, column, row) =>
    {
        var nested = (RowColumn)column;
        nested.Set(row);
        var more = true;
        for (var i = 0; i < fields.Length; i++)
        {
            if (!more)
            {
                return false;
            }

            more = Cut(ref field, settings, out var part);
            if (!TryElement(fields[i], part, settings, nested.Fields[i], row))
            {
                return false;
            }
        }

        return !more;
    };

    private static bool TryElement(CsvReader reader, ReadOnlySpan<byte> part, CsvSettings settings, Column column, int row)
    {
        if (settings.IsNull(part))
        {
            column.SetNull(row);
            return true;
        }

        if (reader(part, column, row))
        {
            return true;
        }

        column.SetNull(row);
        return settings.IgnoreParseErrors;
    }

    /// <summary>Cuts the first part off; false where it is the last.</summary>
    private static bool Cut(ref ReadOnlySpan<byte> field, CsvSettings settings, out ReadOnlySpan<byte> part)
    {
        var end = field.IndexOf(settings.ElementDelimiter);
        part = end < 0 ? field : field[..end];
        field = end < 0 ? default : field[(end + settings.ElementDelimiter.Length)..];
        return end >= 0;
    }
}
