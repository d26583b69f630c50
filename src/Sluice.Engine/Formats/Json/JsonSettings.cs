using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Engine.Formats.Json;

/// <summary>What stands between day and time, and whether seconds may be left out.</summary>
internal enum TimestampStandard
{
    /// <summary><c>yyyy-MM-dd HH:mm:ss.fff</c>.</summary>
    Sql,
    /// <summary><c>yyyy-MM-ddTHH:mm:ss.fff</c>.</summary>
    Iso8601,
}

/// <summary>What is written for a map's key that is null.</summary>
internal enum NullKeyMode
{
    Fail,
    Drop,
    Literal,
}

/// <summary>The options that all formats in JSON have, once they are taken.</summary>
internal sealed record JsonSettings(
    string Format, bool FailOnMissingField, bool IgnoreParseErrors, TimestampStandard Timestamps,
    NullKeyMode NullKeys, string NullKeyLiteral, bool PlainDecimals, bool IgnoreNullFields)
{
    public byte TimestampSeparator => Timestamps == TimestampStandard.Sql ? (byte)' ' : (byte)'T';
}

/// <summary>The options that all formats in JSON have, with the format's name in front.</summary>
internal sealed class JsonOptions
{
    private readonly string _format;
    private readonly Option<bool>? _failOnMissingField;
    private readonly Option<bool> _ignoreParseErrors;
    private readonly Option<string> _timestamps;
    private readonly Option<string> _nullKeys;
    private readonly Option<string?> _nullKeyLiteral;
    private readonly Option<bool> _plainDecimals;
    private readonly Option<bool> _ignoreNullFields;
    private readonly Option<bool>? _parser;

    /// <param name="format">The format's name.</param>
    /// <param name="plain">Whether it is json itself, which has two options more.</param>
    public JsonOptions(string format, bool plain)
    {
        _format = format;
        _failOnMissingField = plain ? Option.Boolean($"{format}.fail-on-missing-field", false, "Whether a message that lacks a column's field stops the job; else the column is NULL. Not together with ignore-parse-errors.") : null;
        _ignoreParseErrors = Option.Boolean($"{format}.ignore-parse-errors", false, "Skips messages that cannot be read, and sets a field that is no value of its column's type to NULL, where the job would stop.");
        _timestamps = Option.Choice($"{format}.timestamp-format.standard", "SQL", ["SQL", "ISO-8601"], "How TIMESTAMP and TIMESTAMP_LTZ are read and written: SQL is `2020-12-30 12:13:14.123` (TIMESTAMP_LTZ with a `Z` at its end), ISO-8601 has a `T` between day and time.");
        _nullKeys = Option.Choice($"{format}.map-null-key.mode", "FAIL", ["FAIL", "DROP", "LITERAL"], "What is written for a MAP's key that is NULL: an error, nothing, or map-null-key.literal.");
        _nullKeyLiteral = Option.Text($"{format}.map-null-key.literal", "null", "What stands for a key that is NULL where map-null-key.mode is LITERAL.");
        _plainDecimals = Option.Boolean($"{format}.encode.decimal-as-plain-number", false, "Writes small decimals with all their zeros: 0.000000027 where it would be 2.7E-8.");
        _ignoreNullFields = Option.Boolean($"{format}.encode.ignore-null-fields", false, "Leaves fields out that are NULL.");
        _parser = plain ? Option.Boolean($"{format}.decode.json-parser.enabled", true, "Accepted and without effect: there is one parser.") : null;
    }

    public IReadOnlyList<IOption> All =>
    [
        .. _failOnMissingField is null ? (IOption[])[] : [_failOnMissingField],
        _ignoreParseErrors, _timestamps, _nullKeys, _nullKeyLiteral, _plainDecimals, _ignoreNullFields,
        .. _parser is null ? (IOption[])[] : [_parser],
    ];

    public JsonSettings Take(OptionBag options)
    {
        var settings = new JsonSettings(
            _format,
            _failOnMissingField is not null && options.Take(_failOnMissingField),
            options.Take(_ignoreParseErrors),
            options.Take(_timestamps) == "SQL" ? TimestampStandard.Sql : TimestampStandard.Iso8601,
            Enum.Parse<NullKeyMode>(options.Take(_nullKeys), ignoreCase: true),
            options.Take(_nullKeyLiteral)!,
            options.Take(_plainDecimals),
            options.Take(_ignoreNullFields));
        if (_parser is not null)
        {
            options.Take(_parser);
        }

        return settings.FailOnMissingField && settings.IgnoreParseErrors
            ? throw new ConfigException(options.PlaceOf(_failOnMissingField!), $"'{_failOnMissingField!.Name}' and '{_ignoreParseErrors.Name}' are both true; give one of them")
            : settings;
    }
}
