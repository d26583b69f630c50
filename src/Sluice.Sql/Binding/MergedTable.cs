using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>A table while it is put together: what LIKE takes over, then what the statement itself says.</summary>
internal sealed class MergedTable
{
    private readonly BindingContext _context;
    private readonly LikeStrategies? _like;
    private readonly CatalogTable? _base;
    private readonly HashSet<string> _inherited = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    /// <param name="from">The table of LIKE; null where there is none.</param>
    public MergedTable(BindingContext context, CatalogTable? from, LikeClause? like)
    {
        _context = context;
        _base = from;
        if (like is null || from is null)
        {
            return;
        }

        _like = LikeStrategies.Of(like, context);
        Columns.AddRange(from.Columns.Where(c => c switch
        {
            ComputedTableColumn => Takes(LikeFeature.Generated),
            MetadataTableColumn => Takes(LikeFeature.Metadata),
            _ => true,
        }));
        _inherited.UnionWith(Columns.Select(c => c.Name));
        PrimaryKey = Takes(LikeFeature.Constraints) ? from.PrimaryKey : null;
        Watermarks.AddRange(Takes(LikeFeature.Watermarks) ? from.Watermarks : []);
        PartitionedBy.AddRange(Takes(LikeFeature.Partitions) ? from.PartitionedBy : []);
        Options.AddRange(Takes(LikeFeature.Options) ? from.Options : []);
        Comment = from.Comment;
    }

    public List<TableColumnDefinition> Columns { get; } = [];

    public TableKey? PrimaryKey { get; private set; }

    public List<WatermarkDefinition> Watermarks { get; } = [];

    public List<string> PartitionedBy { get; } = [];

    public List<TableOption> Options { get; } = [];

    public string? Comment { get; }

    /// <summary>Whether a column has an error of its own, so that expressions over columns cannot be judged.</summary>
    public bool HasUnknown => _unknown.Count > 0;

    public void AddUnknown(Identifier name) => _unknown.Add(name.Name);

    public void Add(TableColumnDefinition column)
    {
        var at = Columns.FindIndex(c => c.Name == column.Name);
        if (at < 0)
        {
            Columns.Add(column);
            return;
        }

        if (!_inherited.Remove(column.Name))
        {
            _context.Error(column.Span, $"column '{column.Name}' is declared twice");
            return;
        }

        var feature = column switch { ComputedTableColumn => LikeFeature.Generated, MetadataTableColumn => LikeFeature.Metadata, _ => LikeFeature.All };
        if (feature == LikeFeature.All || Columns[at].GetType() != column.GetType())
        {
            _context.Error(column.Span, $"column '{column.Name}' is in the table of LIKE already");
        }
        else if (_like![feature] != LikeMerging.Overwriting)
        {
            var word = feature.ToString().ToUpperInvariant();
            _context.Error(column.Span, $"column '{column.Name}' is in the table of LIKE already; say LIKE ... (OVERWRITING {word}) or (EXCLUDING {word})");
        }
        else
        {
            Columns[at] = column;
        }
    }

    /// <summary>Puts the statement's own columns into its order, behind those that were taken over.</summary>
    public void InOrderOf(IReadOnlyList<string> names)
    {
        var own = Columns.Where(c => _base?.Find(c.Name) is null || !IsTakenOver(c.Name)).OrderBy(c => names.ToList().IndexOf(c.Name)).ToList();
        Columns.RemoveAll(own.Contains);
        Columns.AddRange(own);
    }

    public void SetKey(PrimaryKey key)
    {
        if (PrimaryKey is not null)
        {
            _context.Error(key.Keyword, "the table of LIKE has a primary key already; say LIKE ... (EXCLUDING CONSTRAINTS)");
            return;
        }

        var names = new List<string>();
        foreach (var name in key.Columns)
        {
            var at = Columns.FindIndex(c => c.Name == name.Name);
            if (names.Contains(name.Name))
            {
                _context.Error(name.Span, $"column '{name.Name}' is named twice in the primary key");
            }
            else if (at < 0)
            {
                Missing(name, "the primary key");
            }
            else if (Columns[at] is not PhysicalTableColumn column)
            {
                _context.Error(name.Span, $"column '{name.Name}' of the primary key must be a physical one, neither computed nor metadata");
            }
            else
            {
                Columns[at] = column with { Type = column.Type.NotNull(), KeyOnly = column.Type.IsNullable };
            }

            names.Add(name.Name);
        }

        PrimaryKey = new TableKey(key.Constraint?.Name, names);
    }

    public void Add(WatermarkDefinition watermark, SourceSpan span)
    {
        var at = Watermarks.FindIndex(w => w.Column == watermark.Column);
        if (at < 0)
        {
            Watermarks.Add(watermark);
        }
        else if (_like is null || !_base!.Watermarks.Contains(Watermarks[at]))
        {
            _context.Error(span, $"the watermark of '{watermark.Column}' is declared twice");
        }
        else if (_like[LikeFeature.Watermarks] != LikeMerging.Overwriting)
        {
            _context.Error(span, $"the table of LIKE has a watermark of '{watermark.Column}' already; say LIKE ... (OVERWRITING WATERMARKS) or (EXCLUDING WATERMARKS)");
        }
        else
        {
            Watermarks[at] = watermark;
        }
    }

    public void AddOptions(IReadOnlyList<TableOption> options)
    {
        foreach (var option in options)
        {
            var at = Options.FindIndex(o => o.Key == option.Key);
            if (at < 0)
            {
                Options.Add(option);
            }
            else if (_like![LikeFeature.Options] != LikeMerging.Overwriting)
            {
                _context.Error(option.KeySpan, $"the table of LIKE has the option '{option.Key}' already; say LIKE ... (OVERWRITING OPTIONS) or (EXCLUDING OPTIONS)");
            }
            else
            {
                Options[at] = option;
            }
        }
    }

    public void AddPartitions(IReadOnlyList<Identifier> columns)
    {
        if (columns.Count > 0 && PartitionedBy.Count > 0)
        {
            _context.Error(columns[0].Span, "the table of LIKE is partitioned already; say LIKE ... (EXCLUDING PARTITIONS)");
            return;
        }

        foreach (var name in columns)
        {
            if (PartitionedBy.Contains(name.Name))
            {
                _context.Error(name.Span, $"column '{name.Name}' is named twice in PARTITIONED BY");
            }
            else if (Columns.All(c => c.Name != name.Name))
            {
                Missing(name, "PARTITIONED BY");
            }

            PartitionedBy.Add(name.Name);
        }
    }

    private bool Takes(LikeFeature feature) => _like![feature] != LikeMerging.Excluding;

    private bool IsTakenOver(string name) => _base!.Find(name) switch
    {
        ComputedTableColumn => Takes(LikeFeature.Generated),
        MetadataTableColumn => Takes(LikeFeature.Metadata),
        _ => true,
    };

    private void Missing(Identifier name, string where)
    {
        if (!_unknown.Contains(name.Name))
        {
            _context.Error(name.Span, $"{where} names '{name.Name}', and the table has no such column{BindingContext.Suggestion(name.Name, Columns.Select(c => c.Name))}");
        }
    }
}
