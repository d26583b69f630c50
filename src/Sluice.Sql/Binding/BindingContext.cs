using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>What the statements of a script share while they are compiled one after the other.</summary>
internal sealed class BindingContext(SourceText source, SessionSettings settings, TimeProvider clock, Report report)
{
    private readonly HashSet<(SourceSpan, string)> _warned = [];

    public SourceText Source { get; } = source;

    public Catalog Catalog { get; } = new();

    public SessionSettings Settings { get; } = settings;

    public TimeProvider Clock { get; } = clock;

    public Report Report { get; } = report;

    /// <summary>Names of tables and views whose CREATE could not even be parsed.</summary>
    public HashSet<string> Unparsed { get; } = new(StringComparer.Ordinal);

    /// <summary>Connectors whose tables can be looked up, for messages.</summary>
    public IReadOnlyList<string> LookupConnectors { get; init; } = [];

    public ErrorList Errors { get; } = new();

    /// <summary>The session as it is at this statement.</summary>
    public SqlSession Session() => new(Settings.Zone, Clock, Settings.Snapshot());

    public ExpressionBinder Binder() => new(Session(), Errors);

    public Place PlaceOf(SourceSpan span) => Source.PlaceOf(span);

    public void Error(SourceSpan span, string message) => Errors.Add(span, message);

    /// <summary>The query of a view is compiled for each use; its warnings are said once.</summary>
    public void Warn(SourceSpan span, string message)
    {
        if (_warned.Add((span, message)))
        {
            Report.Warn(PlaceOf(span), message);
        }
    }

    /// <summary>What a name stands for, a broken definition included.</summary>
    /// <param name="inCatalog">Where a name of fewer than three parts is looked up; by default the current catalog.</param>
    /// <returns>Null after an error was reported.</returns>
    public CatalogEntry? Find(QualifiedName name, string? inCatalog = null, string? inDatabase = null)
    {
        if (PathOf(name, inCatalog, inDatabase) is not { } path)
        {
            return null;
        }

        if (Catalog.Find(path) is { } found)
        {
            return found;
        }

        if (Unparsed.Contains(path.Name))
        {
            return new BrokenEntry(path, name.Span, Temporary: false);
        }

        var nearest = Catalog.Nearest(path);
        var known = Catalog.Entries(path.Catalog, path.Database).Take(20).Select(e => e.Path.Name).ToList();
        Error(name.Span, $"there is no table or view '{name}'" + (nearest is not null
            ? $"; did you mean '{nearest}'?"
            : known.Count == 0 ? "; none is defined before this statement" : $"; defined before this statement: {string.Join(", ", known)}"));
        return null;
    }

    /// <summary>The full path of the name of a table, in a database that exists.</summary>
    /// <returns>Null after an error was reported.</returns>
    public ObjectPath? PathOf(QualifiedName name, string? inCatalog = null, string? inDatabase = null)
    {
        if (Catalog.PathOf(name, inCatalog, inDatabase) is not { } path)
        {
            Error(name.Span, $"'{name}' has {name.Parts.Count} parts; a table is named table, database.table or catalog.database.table");
            return null;
        }

        if (!Catalog.HasCatalog(path.Catalog))
        {
            Error(name.Parts[0].Span, $"there is no catalog '{path.Catalog}'{Suggestion(path.Catalog, Catalog.Catalogs)}");
            return null;
        }

        if (!Catalog.HasDatabase(path.Catalog, path.Database))
        {
            Error(name.Parts[^2].Span, $"catalog '{path.Catalog}' has no database '{path.Database}'{Suggestion(path.Database, Catalog.Databases(path.Catalog))}");
            return null;
        }

        return path;
    }

    /// <summary>The options of WITH and its kin, each key once.</summary>
    public IReadOnlyList<TableOption> OptionsOf(IReadOnlyList<OptionEntry> entries)
    {
        var options = new List<TableOption>();
        foreach (var entry in entries)
        {
            if (entry.Text is not { } text)
            {
                Error(entry.Span, $"option '{entry.Key.Value}' takes a text in quotes: '{entry.Key.Value}' = '...'");
            }
            else if (options.Any(o => o.Key == entry.Key.Value))
            {
                Error(entry.Key.Span, $"option '{entry.Key.Value}' is given twice; give it once");
            }
            else
            {
                var span = entry.Value!.Span;
                options.Add(new TableOption(entry.Key.Value, text, entry.Key.Span, span, Source.HasSecret(span) ? Source.Written(span).Trim('\'') : null));
            }
        }

        return options;
    }

    public static string Suggestion(string given, IEnumerable<string> known)
    {
        var all = known.ToList();
        return NearestName.Of(given, all) is { } nearest ? $"; did you mean '{nearest}'?" : all.Count == 0 ? "" : $"; there is {string.Join(", ", all)}";
    }
}
