using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Streams;

/// <summary>Random values of a range whose ends belong to it.</summary>
internal abstract record RandomColumn(Field Field, int MostBytes) : GeneratedColumn(Field, MostBytes)
{
    public const string DateFormat = "yyyy-MM-dd HH:mm:ss";

    private const int MostNumberBytes = 32;
    private const int MostTextBytes = 1 << 20;

    /// <param name="range">Two numbers or dates with a comma between.</param>
    public static RandomColumn Create(Field field, string type, string range, string dateFormat, Place place)
    {
        var comma = range.IndexOf(',', StringComparison.Ordinal);
        var (from, to) = comma < 0 ? (range, "") : (range[..comma], range[(comma + 1)..]);
        switch (type)
        {
            case "double" when Double(from) is { } min && Double(to) is { } max && min <= max:
                return new RandomDouble(field, MostNumberBytes, min, max);
            case "date" when ParseDate(from, dateFormat) is { } min && ParseDate(to, dateFormat) is { } max && min <= max:
                return new RandomDate(field, DateFormat.Length, min, max);
            case "bool" when Integer(from) is { } no and >= 0 && Integer(to) is { } yes and >= 0 && no + yes > 0:
                return new RandomBoolean(field, "false".Length, no, yes);
            case "long" or "int" when Integer(from) is { } min && Integer(to) is { } max && min <= max:
                return new RandomInteger(field, MostNumberBytes, min, max);
            case "string" or "bytes" when Integer(from) is { } min and >= 0 && Integer(to) is { } max and <= MostTextBytes && min <= max:
                return new RandomText(field, (int)max, (int)min, (int)max);
            default:
                throw new ConfigException(place, $"'random' is \"{range}\"; allowed for {type}: " + type switch
                {
                    "date" => "two dates, the earlier one first, with a comma between",
                    "bool" => "the weights of false and true: 1,9",
                    "string" or "bytes" => $"the shortest and the longest length, at most {MostTextBytes}: 1,10",
                    _ => "the smallest and the largest number: 1,100",
                });
        }
    }

    public override long Fill(TextColumn column, int rows, Random random)
    {
        var bytes = 0L;
        for (var row = 0; row < rows; row++)
        {
            var length = Write(column.Heap.Reserve(MostBytes), random);
            column.Start[row] = column.Heap.Take(length);
            column.Length[row] = length;
            bytes += length;
        }

        return bytes;
    }

    /// <summary>Writes one value; returns its length.</summary>
    protected abstract int Write(Span<byte> to, Random random);

    private static long? Integer(string text) => long.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value < long.MaxValue ? value : null;

    private static double? Double(string text) => double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;
}

internal sealed record RandomInteger(Field Field, int MostBytes, long Min, long Max) : RandomColumn(Field, MostBytes)
{
    protected override int Write(Span<byte> to, Random random)
    {
        random.NextInt64(Min, Max + 1).TryFormat(to, out var written, provider: CultureInfo.InvariantCulture);
        return written;
    }
}

internal sealed record RandomDouble(Field Field, int MostBytes, double Min, double Max) : RandomColumn(Field, MostBytes)
{
    protected override int Write(Span<byte> to, Random random)
    {
        (Min + (random.NextDouble() * (Max - Min))).TryFormat(to, out var written, provider: CultureInfo.InvariantCulture);
        return written;
    }
}

internal sealed record RandomDate(Field Field, int MostBytes, long Min, long Max) : RandomColumn(Field, MostBytes)
{
    protected override int Write(Span<byte> to, Random random)
    {
        new DateTime(random.NextInt64(Min, Max + 1) * TimeSpan.TicksPerMillisecond, DateTimeKind.Unspecified).TryFormat(to, out var written, DateFormat, CultureInfo.InvariantCulture);
        return written;
    }
}

internal sealed record RandomBoolean(Field Field, int MostBytes, long False, long True) : RandomColumn(Field, MostBytes)
{
    protected override int Write(Span<byte> to, Random random)
    {
        var word = random.NextInt64(False + True) < False ? "false"u8 : "true"u8;
        word.CopyTo(to);
        return word.Length;
    }
}

/// <summary>Letters and digits.</summary>
internal sealed record RandomText(Field Field, int MostBytes, int Min, int Max) : RandomColumn(Field, MostBytes)
{
    private static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8;

    protected override int Write(Span<byte> to, Random random)
    {
        var length = random.Next(Min, Max + 1);
        random.GetItems(Alphabet, to[..length]);
        return length;
    }
}
