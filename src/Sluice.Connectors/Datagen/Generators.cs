using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Datagen;

/// <summary>Chooses the generator of a column by its type, and takes its options.</summary>
internal sealed class Generators(OptionBag bag, Place place)
{
    private const int TextLength = 100;
    private const int CollectionLength = 3;

    /// <summary>More entries would make looking for repeated keys slow.</summary>
    private const int MostEntries = 1000;

    private const int MostMonths = 120_000;
    private const int MostCount = 10;

    /// <exception cref="ConfigException">An option that is wrong, or a type that has no sequence.</exception>
    public Generator Column(string name, SqlType type) =>
        bag.Take(DatagenOptions.Kind(name)) == "sequence" ? Sequence(name, type) : Random(name, type);

    /// <param name="path">The column, and for what is inside of it <c>column.element</c>, <c>.key</c>, <c>.value</c> or the field's name.</param>
    private Generator Random(string path, SqlType type)
    {
        var generator = WithoutNulls(path, type);
        var option = DatagenOptions.NullRate(path);
        if (bag.Take(option) is not > 0)
        {
            return generator;
        }

        return type.IsNullable
            ? new SometimesNull(generator, bag.Take(option)!.Value)
            : throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' asks for nulls, and {path} is {type}; take away one of them");
    }

    private Generator WithoutNulls(string path, SqlType type) => type.Kind switch
    {
        TypeKind.Boolean => new RandomBoolean(),
        TypeKind.TinyInt => Int(path, sbyte.MinValue, sbyte.MaxValue),
        TypeKind.SmallInt => Int(path, short.MinValue, short.MaxValue),
        TypeKind.Int => Int(path, int.MinValue, int.MaxValue),
        TypeKind.IntervalYearMonth => Int(path, 0, MostMonths, int.MinValue, int.MaxValue),
        TypeKind.BigInt or TypeKind.IntervalDayTime => Long(path),
        TypeKind.Float => Float(path),
        TypeKind.Double => Double(path),
        TypeKind.Decimal => Decimal(path, type),
        TypeKind.Char or TypeKind.Binary => Fixed(path, type),
        TypeKind.Varchar or TypeKind.Varbinary => Varying(path, type),
        TypeKind.Date => new CurrentDay(timeOfDay: false),
        TypeKind.Time => new CurrentDay(timeOfDay: true),
        TypeKind.Timestamp or TypeKind.TimestampLtz => new RecentTimestamp((long)bag.Take(DatagenOptions.MaxPast(path)).TotalMilliseconds, type.Precision),
        TypeKind.Array => new RandomArray(Random($"{path}.element", type.Element!), Length(path, DatagenOptions.MostLength)),
        TypeKind.Map => new RandomMap(Key($"{path}.key", type.Key!), Random($"{path}.value", type.Element!), Length(path, MostEntries)),
        TypeKind.Multiset => new RandomMap(Key($"{path}.element", type.Element!), new RandomInt(0, MostCount), Length(path, MostEntries)),
        TypeKind.Row => new RandomRow([.. type.Fields.Select(f => Random($"{path}.{f.Name}", f.Type))]),
        _ => throw new ConfigException(place, $"{path} is {type}; datagen makes no values of that type"),
    };

    private RandomInt Int(string path, int smallest, int largest) => Int(path, smallest, largest, smallest, largest);

    private RandomInt Int(string path, int min, int max, int smallest, int largest)
    {
        var (minOption, maxOption) = (DatagenOptions.Min(path), DatagenOptions.Max(path));
        var from = (int)DatagenOptions.TakeInteger(bag, minOption, min, smallest, largest);
        var to = (int)DatagenOptions.TakeInteger(bag, maxOption, max, smallest, largest);
        DatagenOptions.RequireOrder(bag, minOption, maxOption, from, to);
        return new RandomInt(from, to);
    }

    private RandomLong Long(string path)
    {
        var (minOption, maxOption) = (DatagenOptions.Min(path), DatagenOptions.Max(path));
        var from = DatagenOptions.TakeInteger(bag, minOption, long.MinValue, long.MinValue, long.MaxValue);
        var to = DatagenOptions.TakeInteger(bag, maxOption, long.MaxValue, long.MinValue, long.MaxValue);
        DatagenOptions.RequireOrder(bag, minOption, maxOption, from, to);
        return new RandomLong(from, to);
    }

    private RandomFloat Float(string path)
    {
        var (minOption, maxOption) = (DatagenOptions.Min(path), DatagenOptions.Max(path));
        var from = (float)DatagenOptions.TakeNumber(bag, minOption, float.Epsilon, float.MaxValue);
        var to = (float)DatagenOptions.TakeNumber(bag, maxOption, float.MaxValue, float.MaxValue);
        DatagenOptions.RequireOrder(bag, minOption, maxOption, from, to);
        return new RandomFloat(from, to);
    }

    private RandomDouble Double(string path)
    {
        var (minOption, maxOption) = (DatagenOptions.Min(path), DatagenOptions.Max(path));
        var from = DatagenOptions.TakeNumber(bag, minOption, double.Epsilon, double.MaxValue);
        var to = DatagenOptions.TakeNumber(bag, maxOption, double.MaxValue, double.MaxValue);
        DatagenOptions.RequireOrder(bag, minOption, maxOption, from, to);
        return new RandomDouble(from, to);
    }

    private RandomDecimal Decimal(string path, SqlType type)
    {
        var (minOption, maxOption) = (DatagenOptions.Min(path), DatagenOptions.Max(path));
        var from = Exact(minOption, type) ?? Int128.Zero;
        var to = Exact(maxOption, type) ?? DecimalRange.Largest(type);
        if (from > to)
        {
            throw new ConfigException(bag.PlaceOf(bag.Has(maxOption) ? maxOption : minOption), $"'{minOption.Name}' is more than '{maxOption.Name}'; give the smaller one first");
        }

        return new RandomDecimal(from, to, type.Scale);
    }

    private Int128? Exact(Option<string?> option, SqlType type) => bag.Take(option) is not { } text
        ? null
        : DecimalRange.Parse(text, type) ?? throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' is \"{text}\"; allowed: a number with at most {type.Scale} digits after the point, as {type} has");

    private RandomText Fixed(string path, SqlType type)
    {
        var option = DatagenOptions.Length(path);
        if (bag.Take(option) is not null)
        {
            throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' cannot be given: {path} is {type}, which says its length");
        }

        return new RandomText(Bounded(path, type.Precision), varies: false, type.IsBinary);
    }

    private RandomText Varying(string path, SqlType type)
    {
        var option = DatagenOptions.Length(path);
        var given = (int?)bag.Take(option);
        if (given > type.Precision)
        {
            throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' is {given}, and {path} is {type}; give at most {type.Precision}");
        }

        var length = given ?? (type.Precision == SqlType.MaxLength ? TextLength : Bounded(path, type.Precision));
        return new RandomText(length, bag.Take(DatagenOptions.VaryingLength(path)) && length > 0, type.IsBinary);
    }

    private int Bounded(string path, int length) => length <= DatagenOptions.MostLength
        ? length
        : throw new ConfigException(place, $"{path} is {length} long; datagen makes at most {DatagenOptions.MostLength}: give '{DatagenOptions.Length(path).Name}'");

    private int Length(string path, int most)
    {
        var option = DatagenOptions.Length(path);
        var length = (int)(bag.Take(option) ?? CollectionLength);
        return length <= most ? length : throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' is {length}; a map or multiset has at most {most} entries here");
    }

    /// <summary>Keys are never null here, and are told apart by their value.</summary>
    private Generator Key(string path, SqlType type) => type.IsScalar
        ? WithoutNulls(path, type)
        : throw new ConfigException(place, $"{path} is {type}; datagen makes keys of scalar types only");

    private Sequence Sequence(string path, SqlType type)
    {
        var (startOption, endOption) = (DatagenOptions.Start(path), DatagenOptions.End(path));
        var (smallest, largest) = RangeOf(path, type);
        var start = End(startOption, smallest, largest);
        var end = End(endOption, smallest, largest);
        DatagenOptions.RequireOrder(bag, startOption, endOption, start, end);
        return type.Kind switch
        {
            TypeKind.BigInt => new NumberSequence<long>(start, end),
            TypeKind.Float => new NumberSequence<float>(start, end),
            TypeKind.Double => new NumberSequence<double>(start, end),
            TypeKind.Decimal => new DecimalSequence(start, end, type.Scale),
            TypeKind.Char or TypeKind.Varchar => new TextSequence(start, end),
            TypeKind.Binary or TypeKind.Varbinary => new ByteSequence(start, end),
            _ => new NumberSequence<int>(start, end),
        };
    }

    private long End(Option<long?> option, long smallest, long largest)
    {
        var value = bag.Take(option) ?? throw new ConfigException(bag.Place, $"'{option.Name}' is missing; a sequence takes its first and its last number");
        return value >= smallest && value <= largest
            ? value
            : throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' is {value}; the type of the column takes {smallest} to {largest}");
    }

    /// <summary>The numbers that fit the type.</summary>
    private (long Smallest, long Largest) RangeOf(string path, SqlType type)
    {
        var digits = type.Kind == TypeKind.Decimal ? type.Precision - type.Scale : type.Precision;
        return type.Kind switch
        {
            TypeKind.TinyInt => (sbyte.MinValue, sbyte.MaxValue),
            TypeKind.SmallInt => (short.MinValue, short.MaxValue),
            TypeKind.Int or TypeKind.Float or TypeKind.Double => (int.MinValue, int.MaxValue),
            TypeKind.BigInt => (long.MinValue, long.MaxValue),
            TypeKind.Decimal => digits > 18 ? (long.MinValue, long.MaxValue) : (-(long)DecimalRange.PowerOfTen(digits) + 1, (long)DecimalRange.PowerOfTen(digits) - 1),
            TypeKind.Char or TypeKind.Varchar => digits > 19 ? (long.MinValue, long.MaxValue) : (-(long)DecimalRange.PowerOfTen(Math.Min(18, digits - 1)) + 1, (long)DecimalRange.PowerOfTen(Math.Min(18, digits)) - 1),
            TypeKind.Binary or TypeKind.Varbinary when type.Precision == ByteSequence.Length || (type.Kind == TypeKind.Varbinary && type.Precision > ByteSequence.Length) => (long.MinValue, long.MaxValue),
            TypeKind.Binary or TypeKind.Varbinary => throw new ConfigException(bag.PlaceOf(DatagenOptions.Kind(path)), $"{path} is {type}, and a sequence gives {ByteSequence.Length} bytes; make it BYTES or BINARY({ByteSequence.Length})"),
            _ => throw new ConfigException(bag.PlaceOf(DatagenOptions.Kind(path)), $"{path} is {type}, which has no sequence; allowed are numbers, characters and binaries"),
        };
    }
}
