using Sluice.Engine.Options;
using Sluice.Sql.Binding;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Planning;

/// <summary>Flink's hint behind SELECT, <c>/*+ LOOKUP('table'='d', 'async'='true', ..) */</c>: how a dimension table of FROM is looked up.</summary>
internal sealed class LookupHints
{
    private const string Word = "LOOKUP";
    private const string Table = "table";
    private const string Async = "async";
    private const string OutputMode = "output-mode";

    private static readonly string[] s_retry = ["retry-predicate", "retry-strategy", "fixed-delay", "max-attempts"];
    private static readonly string[] s_withoutEffect = ["timeout", "capacity", "shuffle"];
    private static readonly string[] s_keys = [Table, Async, OutputMode, .. s_withoutEffect];

    private readonly BindingContext _context;
    private readonly List<(OptionEntry Table, OptionEntry? MayReorder, bool Value)> _hints = [];
    private readonly HashSet<OptionEntry> _used = [];
    private readonly List<string> _tables = [];

    public LookupHints(BindingContext context, IReadOnlyList<Hint> hints)
    {
        _context = context;
        foreach (var hint in hints.Where(Is))
        {
            Add(hint);
        }
    }

    public static bool Is(Hint hint) => hint.Name.Name.Equals(Word, StringComparison.OrdinalIgnoreCase);

    /// <summary>A dimension table with what hints say of it.</summary>
    /// <param name="alias">Null where it has none.</param>
    public TableUse Applied(TableUse use, string? alias)
    {
        var name = use.Table.Path.Name;
        _tables.Add(alias ?? name);
        foreach (var (table, mayReorder, value) in _hints.Where(h => h.Table.Text == alias || h.Table.Text == name))
        {
            _used.Add(table);
            if (mayReorder is not null)
            {
                var option = new TableOption(Async, value ? "true" : "false", mayReorder.Key.Span, mayReorder.Value!.Span);
                use = new TableUse(use.Table, [.. use.Options.Where(o => o.Key is not (Async or "lookup.async")), option], use.Span);
            }
        }

        return use;
    }

    /// <summary>Reports hints that name no dimension table of FROM, once all of it is known.</summary>
    public void RefuseUnused()
    {
        foreach (var (table, _, _) in _hints.Where(h => !_used.Contains(h.Table)))
        {
            _context.Error(table.Value!.Span, $"the hint {Word} names '{table.Text}', and "
                + (_tables.Count == 0 ? "no table is looked up in this FROM" : $"the tables that are looked up in this FROM are {string.Join(", ", _tables)}"));
        }
    }

    private void Add(Hint hint)
    {
        var before = _context.Errors.Count;
        foreach (var argument in hint.Arguments)
        {
            _context.Error(argument.Span, $"the hint {Word} takes 'key' = 'value' pairs");
        }

        // Texts, each key once.
        _context.OptionsOf(hint.Entries);
        RefuseRetry([.. hint.Entries.Where(e => s_retry.Contains(e.Key.Value))]);
        foreach (var entry in hint.Entries.Where(e => !s_retry.Contains(e.Key.Value)))
        {
            Check(entry);
        }

        OptionEntry? Entry(string key) => hint.Entries.FirstOrDefault(e => e.Key.Value == key);

        if (_context.Errors.Count > before)
        {
            return;
        }

        if (Entry(Table) is not { } table)
        {
            _context.Error(hint.Span, $"the hint {Word} names its table: {Word}('table' = 'd', ...)");
            return;
        }

        // Rows may overtake one another only where both allow it; in Flink they are in order by default.
        var (isOff, mode) = (Entry(Async)?.Text is "false", Entry(OutputMode));
        _hints.Add((table, isOff ? Entry(Async) : mode, !isOff && mode?.Text is "allow_unordered"));
    }

    /// <summary>They come together, and one sentence is enough for all of them.</summary>
    private void RefuseRetry(List<OptionEntry> entries)
    {
        if (entries.Count > 0)
        {
            var keys = string.Join(", ", entries.Select(e => $"'{e.Key.Value}'"));
            _context.Error(entries[0].Key.Span, $"{keys} {(entries.Count == 1 ? "is" : "are")} not supported: waiting for rows that are not there would hold back all others; lookups that fail are repeated, see the option 'lookup.max-retries'");
        }
    }

    private void Check(OptionEntry entry)
    {
        var (key, text) = (entry.Key.Value, entry.Text);
        if (!s_keys.Contains(key))
        {
            var nearest = NearestName.Of(key, s_keys);
            _context.Error(entry.Key.Span, $"the hint {Word} has no '{key}'" + (nearest is null ? "" : $"; did you mean '{nearest}'?") + $" Allowed: {string.Join(", ", s_keys)}");
        }
        else if (s_withoutEffect.Contains(key))
        {
            _context.Warn(entry.Span, $"'{key}' of the hint {Word} has no effect here");
        }
        else if (text is not null && AllowedOf(key) is { Length: > 0 } allowed && !allowed.Contains(text))
        {
            _context.Error(entry.Value!.Span, $"'{key}' is '{text}'; allowed: {string.Join(", ", allowed)}");
        }
    }

    private static string[] AllowedOf(string key) => key switch
    {
        Async => ["true", "false"],
        OutputMode => ["ordered", "allow_unordered"],
        _ => [],
    };
}
