using Sluice.Engine.Types;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using RowField = Sluice.Engine.Types.RowField;

namespace Sluice.Sql.Expressions.Types;

/// <summary>Types as written, with their limits checked.</summary>
internal static class TypeBinder
{
    private const int MaxFraction = 9;

    /// <returns>Null after an error was reported.</returns>
    public static SqlType? Bind(TypeSyntax syntax, ErrorList errors)
    {
        var type = syntax switch
        {
            ScalarType scalar => Scalar(scalar, errors),
            IntervalType interval => IsYearMonth(interval.Qualifier) ? SqlType.IntervalYearMonth : SqlType.IntervalDayTime,
            ArrayType array => Bind(array.Element, errors) is { } element ? SqlType.Array(element) : null,
            MultisetType multiset => Bind(multiset.Element, errors) is { } element ? SqlType.Multiset(element) : null,
            MapType map => Map(map, errors),
            RowType row => Row(row, errors),
            OtherType other => Refuse(other.Span, $"the type '{other.Name}' is not known; the types are those of Flink SQL without RAW and structured types", errors),
            _ => Refuse(syntax.Span, "this type is not supported", errors),
        };
        return type?.Nullable(syntax.Nullable ?? true);
    }

    public static bool IsYearMonth(IntervalQualifier qualifier) => qualifier.From is TimeUnit.Year or TimeUnit.Month or TimeUnit.Quarter;

    private static SqlType? Scalar(ScalarType syntax, ErrorList errors) => syntax.Kind switch
    {
        ScalarKind.Char => Length(syntax, "CHAR", SqlType.Char, errors),
        ScalarKind.Varchar => Length(syntax, "VARCHAR", SqlType.Varchar, errors),
        ScalarKind.String => SqlType.String,
        ScalarKind.Binary => Length(syntax, "BINARY", SqlType.Binary, errors),
        ScalarKind.Varbinary => Length(syntax, "VARBINARY", SqlType.Varbinary, errors),
        ScalarKind.Bytes => SqlType.Bytes,
        ScalarKind.Decimal => Decimal(syntax, errors),
        ScalarKind.TinyInt => SqlType.TinyInt,
        ScalarKind.SmallInt => SqlType.SmallInt,
        ScalarKind.Int => SqlType.Int,
        ScalarKind.BigInt => SqlType.BigInt,
        ScalarKind.Float => SqlType.Float,
        ScalarKind.Double => SqlType.Double,
        ScalarKind.Boolean => SqlType.Boolean,
        ScalarKind.Date => SqlType.Date,
        ScalarKind.Time => Fraction(syntax, "TIME", 0, SqlType.Time, errors),
        ScalarKind.Timestamp => Fraction(syntax, "TIMESTAMP", 6, SqlType.Timestamp, errors),
        ScalarKind.TimestampWithLocalTimeZone => Fraction(syntax, "TIMESTAMP_LTZ", 6, SqlType.TimestampLtz, errors),
        ScalarKind.TimestampWithTimeZone => Refuse(
            syntax.Span, "TIMESTAMP WITH TIME ZONE is not supported, nor is it by Flink; use TIMESTAMP_LTZ", errors),
        _ => Refuse(syntax.Span, $"the type {syntax.Kind.ToString().ToUpperInvariant()} is not supported yet", errors),
    };

    private static SqlType? Length(ScalarType syntax, string name, Func<int, SqlType> make, ErrorList errors) => syntax.Precision is < 1
        ? Refuse(syntax.Span, $"the length of {name} is {syntax.Precision}; it must be between 1 and {SqlType.MaxLength}", errors)
        : make(syntax.Precision ?? 1);

    private static SqlType? Fraction(ScalarType syntax, string name, int byDefault, Func<int, SqlType> make, ErrorList errors) =>
        syntax.Precision is < 0 or > MaxFraction
            ? Refuse(syntax.Span, $"the precision of {name} is {syntax.Precision}; it must be between 0 and {MaxFraction}", errors)
            : make(syntax.Precision ?? byDefault);

    private static SqlType? Decimal(ScalarType syntax, ErrorList errors)
    {
        var (precision, scale) = (syntax.Precision ?? 10, syntax.Scale ?? 0);
        if (precision is < 1 or > SqlType.MaxDecimalPrecision)
        {
            return Refuse(syntax.Span, $"the precision of DECIMAL is {precision}; it must be between 1 and {SqlType.MaxDecimalPrecision}", errors);
        }

        return scale < 0 || scale > precision
            ? Refuse(syntax.Span, $"the scale of DECIMAL is {scale}; it must be between 0 and its precision {precision}", errors)
            : SqlType.Decimal(precision, scale);
    }

    private static SqlType? Map(MapType syntax, ErrorList errors)
    {
        var (key, value) = (Bind(syntax.Key, errors), Bind(syntax.Value, errors));
        return key is null || value is null ? null : SqlType.Map(key, value);
    }

    private static SqlType? Row(RowType syntax, ErrorList errors)
    {
        var fields = new List<RowField>();
        var complete = true;
        foreach (var field in syntax.Fields)
        {
            if (fields.Any(f => f.Name == field.Name.Name))
            {
                Refuse(field.Name.Span, $"the row has two fields '{field.Name.Name}'", errors);
                complete = false;
            }
            else if (Bind(field.Type, errors) is { } type)
            {
                fields.Add(new RowField(field.Name.Name, type));
            }
            else
            {
                complete = false;
            }
        }

        return complete ? SqlType.Row(fields) : null;
    }

    private static SqlType? Refuse(SourceSpan span, string message, ErrorList errors)
    {
        errors.Add(span, message);
        return null;
    }
}
