using System.Collections.Frozen;
using Sluice.Engine.Options;
using Sluice.Sql.Parsing.Syntax;
using Sluice.Sql.Parsing.Tokens;

namespace Sluice.Sql.Parsing.Grammar;

/// <summary>Types of columns, fields and casts.</summary>
internal sealed class TypeParser(TokenCursor cursor)
{
    private static readonly FrozenDictionary<string, ScalarKind> s_scalars = new Dictionary<string, ScalarKind>(StringComparer.Ordinal)
    {
        ["CHAR"] = ScalarKind.Char,
        ["CHARACTER"] = ScalarKind.Char,
        ["VARCHAR"] = ScalarKind.Varchar,
        ["STRING"] = ScalarKind.String,
        ["BINARY"] = ScalarKind.Binary,
        ["VARBINARY"] = ScalarKind.Varbinary,
        ["BYTES"] = ScalarKind.Bytes,
        ["DECIMAL"] = ScalarKind.Decimal,
        ["DEC"] = ScalarKind.Decimal,
        ["NUMERIC"] = ScalarKind.Decimal,
        ["TINYINT"] = ScalarKind.TinyInt,
        ["SMALLINT"] = ScalarKind.SmallInt,
        ["INT"] = ScalarKind.Int,
        ["INTEGER"] = ScalarKind.Int,
        ["BIGINT"] = ScalarKind.BigInt,
        ["FLOAT"] = ScalarKind.Float,
        ["REAL"] = ScalarKind.Float,
        ["DOUBLE"] = ScalarKind.Double,
        ["BOOLEAN"] = ScalarKind.Boolean,
        ["DATE"] = ScalarKind.Date,
        ["TIME"] = ScalarKind.Time,
        ["TIMESTAMP"] = ScalarKind.Timestamp,
        ["TIMESTAMP_LTZ"] = ScalarKind.TimestampWithLocalTimeZone,
        ["VARIANT"] = ScalarKind.Variant,
        ["NULL"] = ScalarKind.Null,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly string[] s_names = [.. s_scalars.Keys.Order(StringComparer.Ordinal), "INTERVAL", "ARRAY", "MULTISET", "MAP", "ROW", "RAW"];

    /// <summary>A type with its NOT NULL, which a column, a field or an element may have.</summary>
    /// <param name="nullability">False where a NULL that follows is not the type's: <c>RETURNING INT NULL ON EMPTY</c>.</param>
    public TypeSyntax Parse(bool nullability = true)
    {
        cursor.Enter();
        var type = ParseCore();
        for (var links = 0; ; cursor.Link(ref links))
        {
            // INT NOT NULL ARRAY: what stands before ARRAY is the element's.
            var nullable = nullability ? Nullability() : null;
            type = nullable is null ? type : type with { Nullable = nullable, Span = cursor.From(type) };
            if (cursor.Take("ARRAY"))
            {
                type = new ArrayType(cursor.From(type), type);
            }
            else if (cursor.Take("MULTISET"))
            {
                type = new MultisetType(cursor.From(type), type);
            }
            else
            {
                cursor.Leave();
                return type;
            }
        }
    }

    /// <summary><c>DAY(2) TO SECOND(3)</c>, of types and of literals.</summary>
    public IntervalQualifier Qualifier()
    {
        var start = cursor.Current.Span.Start;
        var from = TimeUnits.Take(cursor, TimeUnits.OfIntervals, "the unit of the interval");
        int? leading = null;
        int? fraction = null;
        if (cursor.TakeSymbol("("))
        {
            leading = cursor.Number("the precision of the interval");
            if (from == TimeUnit.Second && cursor.TakeSymbol(","))
            {
                fraction = cursor.Number("the precision of the seconds");
            }

            cursor.ExpectSymbol(")", "after the precision");
        }

        TimeUnit? to = null;
        if (cursor.Take("TO"))
        {
            to = TimeUnits.Take(cursor, TimeUnits.OfIntervals, "the last unit of the interval");
            if (to == TimeUnit.Second)
            {
                fraction = Parenthesized("the precision of the seconds");
            }
        }

        return new IntervalQualifier(cursor.From(start), from, leading, to, fraction);
    }

    private bool? Nullability() => cursor.Take("NOT", "NULL") ? false : cursor.Take("NULL") ? true : null;

    private TypeSyntax ParseCore()
    {
        var token = cursor.Current;
        if (token.Kind != TokenKind.Word)
        {
            throw cursor.Expected("a type", words: s_names);
        }

        if (s_scalars.TryGetValue(token.Text, out var kind))
        {
            cursor.Next();
            return Scalar(token, kind);
        }

        return token.Text switch
        {
            "INTERVAL" => Interval(),
            "ARRAY" => Collection(element => new ArrayType(cursor.From(token.Span.Start), element)),
            "MULTISET" => Collection(element => new MultisetType(cursor.From(token.Span.Start), element)),
            "MAP" => Map(),
            "ROW" => Row(),
            "RAW" or "STRUCTURED" => Other(),
            _ => throw Unknown(token),
        };
    }

    private SyntaxException Unknown(Token token)
    {
        var near = NearestName.Of(token.Text, s_names);
        return ReservedWords.Contains(token.Text) || near is null
            ? cursor.Expected($"a type ({string.Join(", ", s_names.Except(["DEC", "NUMERIC", "CHARACTER", "INTEGER", "REAL", "NULL"]))})")
            : TokenCursor.Fail(token.Span, $"'{cursor.Source.Written(token.Span)}' is no type; did you mean '{near}'?");
    }

    private ScalarType Scalar(Token word, ScalarKind kind)
    {
        int? precision = null;
        int? scale = null;
        switch (kind)
        {
            case ScalarKind.Char or ScalarKind.Binary:
                if (cursor.Take("VARYING"))
                {
                    kind = kind == ScalarKind.Char ? ScalarKind.Varchar : ScalarKind.Varbinary;
                }

                precision = Parenthesized("the length");
                break;
            case ScalarKind.Varchar or ScalarKind.Varbinary:
                precision = Parenthesized("the length");
                break;
            case ScalarKind.Decimal:
                (precision, scale) = PrecisionAndScale();
                break;
            case ScalarKind.Double:
                cursor.Take("PRECISION");
                break;
            case ScalarKind.Time or ScalarKind.Timestamp or ScalarKind.TimestampWithLocalTimeZone:
                precision = Parenthesized("the precision");
                kind = TimeZone(word, kind);
                break;
            default:
                break;
        }

        return new ScalarType(cursor.From(word.Span.Start), kind, precision, scale);
    }

    private ScalarKind TimeZone(Token word, ScalarKind kind)
    {
        if (kind == ScalarKind.TimestampWithLocalTimeZone || cursor.Take("WITHOUT", "TIME", "ZONE"))
        {
            return kind;
        }

        if (!(cursor.At("WITH", "TIME") || cursor.At("WITH", "LOCAL")))
        {
            return kind;
        }

        cursor.Expect("WITH");
        var local = cursor.Take("LOCAL");
        cursor.Expect("TIME", "ZONE");
        if (kind == ScalarKind.Time)
        {
            throw TokenCursor.Fail(cursor.From(word.Span.Start), "TIME has no time zone in Flink; write TIME, or TIMESTAMP_LTZ for an instant");
        }

        return local ? ScalarKind.TimestampWithLocalTimeZone : ScalarKind.TimestampWithTimeZone;
    }

    private int? Parenthesized(string what)
    {
        if (!cursor.TakeSymbol("("))
        {
            return null;
        }

        var number = cursor.Number(what);
        cursor.ExpectSymbol(")", $"after {what}");
        return number;
    }

    private (int? Precision, int? Scale) PrecisionAndScale()
    {
        if (!cursor.TakeSymbol("("))
        {
            return (null, null);
        }

        var precision = cursor.Number("the precision");
        int? scale = cursor.TakeSymbol(",") ? cursor.Number("the scale") : null;
        cursor.ExpectSymbol(")", "after the precision");
        return (precision, scale);
    }

    private IntervalType Interval()
    {
        var start = cursor.Expect("INTERVAL").Start;
        var qualifier = Qualifier();
        return new IntervalType(cursor.From(start), qualifier);
    }

    private TypeSyntax Collection(Func<TypeSyntax, TypeSyntax> make)
    {
        var word = cursor.Next().Text;
        cursor.ExpectSymbol("<", $"after {word}");
        var element = Parse();
        cursor.ExpectSymbol(">", $"after the type of the elements of {word}");
        return make(element);
    }

    private MapType Map()
    {
        var start = cursor.Next().Span.Start;
        cursor.ExpectSymbol("<", "after MAP");
        var key = Parse();
        cursor.ExpectSymbol(",", "after the type of the keys of MAP");
        var value = Parse();
        cursor.ExpectSymbol(">", "after the type of the values of MAP");
        return new MapType(cursor.From(start), key, value);
    }

    private RowType Row()
    {
        var start = cursor.Next().Span.Start;
        if (cursor.TakeSymbol("<>"))
        {
            return new RowType(cursor.From(start), []);
        }

        var close = cursor.AtSymbol("<") ? ">" : ")";
        cursor.ExpectSymbol(close == ">" ? "<" : "(", "after ROW");
        var fields = new List<RowField>();
        do
        {
            var name = cursor.Name("the name of a field of ROW");
            var type = Parse();
            var comment = cursor.Current.Kind == TokenKind.String ? cursor.Text("a comment") : null;
            fields.Add(new RowField(cursor.From(name), name, type, comment));
        }
        while (cursor.MoreInList(close, "a field of ROW"));
        return new RowType(cursor.From(start), fields);
    }

    private OtherType Other()
    {
        var word = cursor.Next();
        var close = cursor.AtSymbol("<") ? ">" : ")";
        cursor.ExpectSymbol(close == ">" ? "<" : "(", $"after {word.Text}");
        while (!cursor.TakeSymbol(close))
        {
            if (cursor.AtEnd || cursor.AtSymbol(";"))
            {
                throw cursor.Expected($"'{close}'", $"at the end of {word.Text}");
            }

            cursor.Next();
        }

        var name = new QualifiedName(word.Span, [new Identifier(word.Span, word.Text)]);
        return new OtherType(cursor.From(word.Span.Start), name);
    }
}
