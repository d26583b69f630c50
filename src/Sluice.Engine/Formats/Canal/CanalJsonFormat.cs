using System.Text.RegularExpressions;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats.Json;
using Sluice.Engine.Options;

namespace Sluice.Engine.Formats.Canal;

/// <summary><c>'format' = 'canal-json'</c>: changes of MySQL tables as Canal writes them.</summary>
internal sealed class CanalJsonFormat : IFormat
{
    /// <summary>A pattern that takes longer on a name is no good one.</summary>
    private static readonly TimeSpan s_matchTimeout = TimeSpan.FromSeconds(1);

    private readonly JsonOptions _json = new("canal-json", plain: false);

    private readonly Option<string?> _database = Option.Text("canal-json.database.include", null,
        "Reads only the changes of databases whose whole name matches this regular expression.");

    private readonly Option<string?> _table = Option.Text("canal-json.table.include", null,
        "Reads only the changes of tables whose whole name matches this regular expression.");

    public string Name => "canal-json";

    public string Summary => "Changes of MySQL tables as Canal writes them: an object with data, old and type.";

    public IReadOnlyList<IOption> Options => [_database, _table, .. _json.All];

    public bool HasChangelog => true;

    public Func<Decoder> Reading(FormatContext context)
    {
        var settings = Take(context, out var database, out var table);
        return () => new CanalJsonDecoder(settings, database, table, context.Columns);
    }

    public Func<Encoder> Writing(FormatContext context)
    {
        var settings = Take(context, out _, out _);
        return () => new CanalJsonEncoder(settings, context.Columns);
    }

    private JsonSettings Take(FormatContext context, out Regex? database, out Regex? table)
    {
        JsonTypes.Check(context);
        database = Pattern(context.Options, _database);
        table = Pattern(context.Options, _table);
        return _json.Take(context.Options);
    }

    private static Regex? Pattern(OptionBag options, Option<string?> option)
    {
        if (options.Take(option) is not { } pattern)
        {
            return null;
        }

        try
        {
            return new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant, s_matchTimeout);
        }
        catch (ArgumentException e)
        {
            throw new ConfigException(options.PlaceOf(option), $"'{option.Name}' is \"{pattern}\", which is no regular expression: {e.Message}");
        }
    }
}
