using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>What a table was declared to have.</summary>
internal sealed class TableElements
{
    public List<ColumnDefinition> Columns { get; } = [];

    public List<PrimaryKey> PrimaryKeys { get; } = [];

    public List<Watermark> Watermarks { get; } = [];
}

/// <summary>The list of columns, constraints and watermarks of CREATE TABLE.</summary>
internal sealed class ColumnParser(GrammarParts parts)
{
    private readonly TokenCursor _cursor = parts.Cursor;

    public TableElements Parse()
    {
        var elements = new TableElements();
        _cursor.ExpectSymbol("(", "before the columns");
        do
        {
            if (_cursor.AtSymbol(")"))
            {
                throw elements.Columns.Count == 0
                    ? _cursor.Expected("a column, PRIMARY KEY or WATERMARK")
                    : TokenCursor.Fail(_cursor.Last, "expected a column, PRIMARY KEY or WATERMARK after this ',', found ')'; remove the ','");
            }

            Element(elements);
        }
        while (More());
        return elements;
    }

    /// <summary><c>COMMENT 'text'</c>, where it is next.</summary>
    public StringLiteral? Comment() => _cursor.Take("COMMENT") ? _cursor.Text("a text in single quotes after COMMENT") : null;

    private bool More()
    {
        if (_cursor.TakeSymbol(","))
        {
            return true;
        }

        return !_cursor.TakeSymbol(")")
            ? throw _cursor.Expected("')' or ','", "after a column", "NOT", "NULL", "PRIMARY", "COMMENT", "METADATA", "VIRTUAL", "ENFORCED")
            : false;
    }

    private void Element(TableElements elements)
    {
        if (_cursor.At("WATERMARK"))
        {
            elements.Watermarks.Add(Watermark());
        }
        else if (_cursor.AtAny("CONSTRAINT", "PRIMARY", "UNIQUE"))
        {
            elements.PrimaryKeys.Add(Constraint(null));
        }
        else
        {
            elements.Columns.Add(Column(elements));
        }
    }

    private Watermark Watermark()
    {
        var keyword = _cursor.Expect("WATERMARK", "FOR");
        var column = _cursor.QualifiedName("the name of a column after WATERMARK FOR");
        _cursor.Expect("AS");
        var expression = parts.Expressions.Parse();
        return new Watermark(_cursor.From(keyword.Start), keyword, column, expression);
    }

    /// <param name="column">The column it stands at; null in the list of the table.</param>
    private PrimaryKey Constraint(Identifier? column)
    {
        var start = _cursor.Current.Span.Start;
        var name = _cursor.Take("CONSTRAINT") ? _cursor.Name("the name of the constraint") : null;
        var unique = _cursor.At("UNIQUE");
        var keyword = unique ? _cursor.Expect("UNIQUE") : _cursor.Expect("PRIMARY", "KEY");
        var columns = column is null ? _cursor.NameList("the name of a column of the key") : [column];
        bool? enforced = _cursor.Take("ENFORCED") ? true : _cursor.Take("NOT", "ENFORCED") ? false : null;
        return new PrimaryKey(_cursor.From(start), keyword, name, unique, columns, enforced);
    }

    private ColumnDefinition Column(TableElements elements)
    {
        var name = _cursor.Name("the name of a column");
        if (_cursor.Take("AS"))
        {
            var expression = parts.Expressions.Parse();
            var computedComment = Comment();
            return new ComputedColumn(_cursor.From(name), name, expression, computedComment);
        }

        if (_cursor.AtSymbol(",") || _cursor.AtSymbol(")"))
        {
            throw _cursor.Expected($"the type of the column '{name.Name}', or AS and an expression");
        }

        var type = parts.Types.Parse();
        if (_cursor.Take("METADATA"))
        {
            var key = _cursor.Take("FROM") ? _cursor.Text("the name of the metadata in single quotes after FROM") : null;
            var isVirtual = _cursor.Take("VIRTUAL");
            var metadataComment = Comment();
            return new MetadataColumn(_cursor.From(name), name, type, key, isVirtual, metadataComment);
        }

        while (_cursor.AtAny("CONSTRAINT", "PRIMARY", "UNIQUE"))
        {
            elements.PrimaryKeys.Add(Constraint(name));
        }

        var comment = Comment();
        return new PhysicalColumn(_cursor.From(name), name, type, comment);
    }
}
