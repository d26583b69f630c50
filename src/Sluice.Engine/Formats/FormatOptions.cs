using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Engine.Formats;

/// <summary>A format with what it is to be made for.</summary>
public sealed record ChosenFormat(IFormat Format, FormatContext Context)
{
    public Func<Decoder> Reading() => Format.Reading(Context);

    /// <exception cref="ConfigException">The format can only be read.</exception>
    public Func<Encoder> Writing() => Format.Writing(Context)
        ?? throw new ConfigException(Context.Place, $"the format '{Format.Name}' can only be read");
}

/// <summary>Finds the formats that a table's options name: <c>format</c> or <c>value.format</c>, and <c>key.format</c>. The options of a
/// format named by <c>format</c> begin with its name; those of the other two have <c>value.</c> or <c>key.</c> in front.</summary>
public static class FormatOptions
{
    public static readonly Option<string?> Format = Option.Text("format", null, "The format of messages; the same as value.format.");

    public static readonly Option<string?> ValueFormat = Option.Text("value.format", null, "The format of values; its options begin with `value.`.");

    public static readonly Option<string?> KeyFormat = Option.Text("key.format", null, "The format of keys; its options begin with `key.`.");

    // What a script for Flink may name and there is no reader for.
    private static readonly string[] s_foreign = ["avro", "avro-confluent", "debezium-avro-confluent", "protobuf", "maxwell-json", "ogg-json", "parquet", "orc"];

    /// <summary>Takes the format of messages or values.</summary>
    /// <param name="options">The table's.</param>
    /// <param name="formats">Those there are.</param>
    /// <exception cref="ConfigException">None is given, both are, or it is unknown.</exception>
    public static ChosenFormat TakeValue(OptionBag options, IReadOnlyList<IFormat> formats, IReadOnlyList<FormatColumn> columns, TimeZoneInfo zone)
    {
        var plain = options.Take(Format);
        var value = options.Take(ValueFormat);
        if (plain is not null && value is not null)
        {
            throw new ConfigException(options.PlaceOf(ValueFormat), $"'{ValueFormat.Name}' and '{Format.Name}' are the same option; give one of them");
        }

        var (option, name) = value is null ? (Format, plain) : (ValueFormat, value);
        return name is not null
            ? Choose(options, option, name, value is null ? "" : "value.", formats, columns, zone)
            : throw new ConfigException(options.Place, $"'{Format.Name}' is missing; there are: {Names(formats)}");
    }

    /// <summary>Takes the format of keys, or gives null where there is none.</summary>
    /// <exception cref="ConfigException">It is unknown.</exception>
    public static ChosenFormat? TakeKey(OptionBag options, IReadOnlyList<IFormat> formats, IReadOnlyList<FormatColumn> columns, TimeZoneInfo zone) =>
        options.Take(KeyFormat) is { } name ? Choose(options, KeyFormat, name, "key.", formats, columns, zone) : null;

    /// <summary>The format that an option names.</summary>
    /// <exception cref="ConfigException">There is none of that name.</exception>
    public static IFormat Find(IOption option, string name, Place place, IReadOnlyList<IFormat> formats) =>
        formats.FirstOrDefault(f => f.Name == name) ?? throw new ConfigException(place, Unknown(option.Name, name, formats));

    private static ChosenFormat Choose(
        OptionBag options, Option<string?> option, string name, string prefix,
        IReadOnlyList<IFormat> formats, IReadOnlyList<FormatColumn> columns, TimeZoneInfo zone)
    {
        var place = options.PlaceOf(option);
        return new ChosenFormat(Find(option, name, place, formats), new FormatContext(columns, options.Under(prefix), place, zone));
    }

    private static string Unknown(string option, string name, IReadOnlyList<IFormat> formats)
    {
        if (s_foreign.Contains(name))
        {
            return $"'{option}' is \"{name}\", a format of Flink that cannot be read here; there are: {Names(formats)}";
        }

        var nearest = NearestName.Of(name, formats.Select(f => f.Name));
        return $"'{option}' is \"{name}\", and there is no such format" + (nearest is null ? "." : $"; did you mean '{nearest}'?") + $" There are: {Names(formats)}";
    }

    private static string Names(IReadOnlyList<IFormat> formats) => string.Join(", ", formats.Select(f => f.Name));
}
