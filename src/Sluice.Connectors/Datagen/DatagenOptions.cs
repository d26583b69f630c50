using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Datagen;

/// <summary>The options of a datagen table. Those of a column are taken under its name in place of <c>#</c>.</summary>
internal static class DatagenOptions
{
    public static readonly Option<long> RowsPerSecond = Option.Integer("rows-per-second", 10000, "Rows per second, over all tasks together.", 1);
    public static readonly Option<long?> NumberOfRows = Option.OptionalInteger("number-of-rows", "Rows in all. Without it the table has no end, unless a column is a sequence.", 0);
    public static readonly Option<long?> Parallelism = Option.OptionalInteger("scan.parallelism", "How many tasks make rows; at most as many as the job has.", 1, int.MaxValue);

    private const string Any = "#";

    public static IReadOnlyList<IOption> All { get; } =
    [
        RowsPerSecond, NumberOfRows, Parallelism, Kind(Any), Min(Any), Max(Any), MaxPast(Any), Length(Any), VaryingLength(Any), NullRate(Any), Start(Any), End(Any),
    ];

    public static Option<string> Kind(string column) =>
        Option.Choice(Name(column, "kind"), "random", ["random", "sequence"], "How the values of column `#` are made. A sequence ends the table with its last number.");

    public static Option<string?> Min(string column) =>
        Option.Text(Name(column, "min"), null, "The smallest random number. Without it the smallest of the type; 0 for DECIMAL and INTERVAL YEAR TO MONTH, and a little more than 0 for FLOAT and DOUBLE.");

    public static Option<string?> Max(string column) =>
        Option.Text(Name(column, "max"), null, "The largest random number. Without it the largest of the type, and 120000 months for INTERVAL YEAR TO MONTH.");

    public static Option<TimeSpan> MaxPast(string column) =>
        Option.Duration(Name(column, "max-past"), TimeSpan.Zero, "How far before the present moment a TIMESTAMP or TIMESTAMP_LTZ may lie.");

    public static Option<long?> Length(string column) =>
        Option.OptionalInteger(Name(column, "length"), "Characters of VARCHAR, bytes of VARBINARY (without it as many as the type has, 100 for STRING and BYTES); elements of ARRAY, entries of MAP and MULTISET (without it 3).", 0, MostLength);

    public static Option<bool> VaryingLength(string column) =>
        Option.Boolean(Name(column, "var-len"), false, "Whether the length of VARCHAR and VARBINARY values varies, from 1 to the length.");

    public static Option<double?> NullRate(string column) => Option.OptionalNumber(Name(column, "null-rate"), "The share of nulls among random values: 0.1 is one of ten.", 0, 1);

    public static Option<long?> Start(string column) => Option.OptionalInteger(Name(column, "start"), "The first number of a sequence.");

    public static Option<long?> End(string column) => Option.OptionalInteger(Name(column, "end"), "The last number of a sequence.");

    /// <summary>The longest value that is made: 16 MiB.</summary>
    public const int MostLength = 1 << 24;

    /// <summary>A whole number of a range that depends on the type.</summary>
    public static long TakeInteger(OptionBag bag, Option<string?> option, long @default, long smallest, long largest) =>
        bag.Take(option) is null ? @default : Option.Integer(option.Name, @default, option.Doc, smallest, largest).Read(bag.NodeOf(option)!);

    public static double TakeNumber(OptionBag bag, Option<string?> option, double @default, double largest) =>
        bag.Take(option) is null ? @default : Option.OptionalNumber(option.Name, option.Doc, -largest, largest).Read(bag.NodeOf(option)!)!.Value;

    /// <exception cref="ConfigException">The ends are the wrong way round.</exception>
    public static void RequireOrder<T>(OptionBag bag, IOption smaller, IOption larger, T from, T to)
        where T : IComparable<T>
    {
        if (from.CompareTo(to) > 0)
        {
            throw new ConfigException(bag.PlaceOf(bag.Has(larger) ? larger : smaller), $"'{smaller.Name}' is {from}, which is more than '{larger.Name}', {to}; give the smaller one first");
        }
    }

    private static string Name(string column, string option) => $"fields.{column}.{option}";
}
