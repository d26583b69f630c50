using Sluice.Engine.Connectors;
using Sluice.Sql.Binding;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Planning;

/// <summary>Whose positions those of an INSERT are (S-27b): its fingerprint is the statement, the views that it names, and its tables.</summary>
internal static class StatementInstance
{
    /// <summary>Options that say how fast and as whom, and where to begin where nothing is stored.</summary>
    private static readonly string[] s_free = ["properties.", "connection.pool.", "sink.buffer-flush.", "sink.position-retention", "scan.startup.", "host", "port"];

    /// <param name="name">Null where nobody gave one: statements of the command line would all be the same job.</param>
    /// <returns>Null where there is no name, and where the rows are only shown.</returns>
    public static JobInstance? Of(BindingContext context, string? name, Chain chain, PlannedSink sink)
    {
        if (name is null || sink is not { Statement: { } statement, Table: { } into })
        {
            return null;
        }

        var parts = new List<KeyValuePair<string, string>> { new("the statement", Canonical(Text(context, statement))) };
        parts.AddRange(ViewsIn(context, parts[0].Value));
        TableUse?[] tables = [(chain.Leaf as ScanLeaf)?.Table, .. chain.Steps.OfType<LookupStep>().Select(s => s.Table), into];
        parts.AddRange(tables.OfType<TableUse>().Distinct().Select(t => KeyValuePair.Create($"table '{t.Table.Path.Name}'", Definition(t))).DistinctBy(p => p.Key));
        parts.Add(new("'table.local-time-zone'", context.Settings.Zone.Id));
        return new JobInstance(name, Placeholders(context), Fingerprint.Of(parts)) { Part = into.Table.Path.Name };
    }

    /// <summary>The same for every way to write it: tokens, without comments.</summary>
    internal static string Canonical(string text) => string.Join(' ', Lexer.Read(text).Tokens.Select(t => $"{t.Kind}:{t.Text}"));

    private static string Text(BindingContext context, SourceSpan span) => context.Source.Text.Substring(span.Start, span.Length);

    /// <summary>The views whose names a text has, and those that these name.</summary>
    private static IEnumerable<KeyValuePair<string, string>> ViewsIn(BindingContext context, string canonical)
    {
        var views = context.Catalog.Catalogs.SelectMany(c => context.Catalog.Databases(c).SelectMany(d => context.Catalog.Entries(c, d))).OfType<CatalogView>().ToList();
        var texts = new List<string> { canonical };
        for (var i = 0; i < texts.Count; i++)
        {
            var here = views.Where(v => Names(texts[i], v.Path.Name)).ToList();
            foreach (var view in here)
            {
                views.Remove(view);
                var text = Canonical(Text(context, view.Query.Span)) + string.Join(',', view.Columns.Select(c => c.Name));
                texts.Add(text);
                yield return new($"view '{view.Path.Name}'", text);
            }
        }
    }

    private static bool Names(string canonical, string name) => canonical.Contains($":{name} ", StringComparison.OrdinalIgnoreCase);

    private static string Definition(TableUse use)
    {
        var columns = use.Table.Columns.Select(c => $"{c.Name} {c.Type} " + c switch
        {
            ComputedTableColumn computed => "AS " + Canonical(computed.Text),
            MetadataTableColumn metadata => $"METADATA {metadata.Key} {metadata.Virtual}",
            _ => "",
        });
        var options = use.Options.Where(o => !IsFree(o.Key)).OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key} = {o.Value}");
        return string.Join('\n', [.. columns, string.Join(',', use.Table.PrimaryKey?.Columns ?? []), string.Join(',', use.Table.PartitionedBy), .. options]);
    }

    private static bool IsFree(string key) =>
        TableOptions.IsSecret(key) || key.Contains("timeout", StringComparison.Ordinal) || key.Contains("username", StringComparison.Ordinal)
        || key.StartsWith("lookup.", StringComparison.Ordinal) || Array.Exists(s_free, f => f.EndsWith('.') ? key.StartsWith(f, StringComparison.Ordinal) : key == f);

    /// <summary>Those outside of secrets.</summary>
    private static List<KeyValuePair<string, string>> Placeholders(BindingContext context)
    {
        var secrets = context.Catalog.Catalogs.SelectMany(c => context.Catalog.Databases(c).SelectMany(d => context.Catalog.Entries(c, d))).OfType<CatalogTable>()
            .SelectMany(t => t.Options).Where(o => TableOptions.IsSecret(o.Key)).Select(o => o.ValueSpan).ToList();
        return [.. context.Source.Parameters.Where(p => !secrets.Exists(s => p.Span.Start >= s.Start && p.Span.End <= s.End))
            .Select(p => KeyValuePair.Create(p.Name, p.Value)).DistinctBy(p => p.Key).OrderBy(p => p.Key, StringComparer.Ordinal)];
    }
}
