using System.Collections;
using System.Reflection;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Tests.Sql.Parsing;

/// <summary>Parses a piece of SQL and prints its tree: operators as <c>(+ a b)</c>, every other node as <c>(Kind part ...)</c> with what
/// is absent left out.</summary>
internal static class Tree
{
    private static readonly Dictionary<BinaryOperator, string> s_operators = new()
    {
        [BinaryOperator.Or] = "or",
        [BinaryOperator.And] = "and",
        [BinaryOperator.Equal] = "=",
        [BinaryOperator.NotEqual] = "<>",
        [BinaryOperator.Less] = "<",
        [BinaryOperator.LessOrEqual] = "<=",
        [BinaryOperator.Greater] = ">",
        [BinaryOperator.GreaterOrEqual] = ">=",
        [BinaryOperator.Add] = "+",
        [BinaryOperator.Subtract] = "-",
        [BinaryOperator.Concat] = "||",
        [BinaryOperator.Multiply] = "*",
        [BinaryOperator.Divide] = "/",
        [BinaryOperator.Remainder] = "%",
    };

    public static string OfExpression(string expression)
    {
        var body = Assert.IsType<SelectBody>(Assert.IsType<QueryStatement>(StatementOf($"SELECT {expression}")).Query.Body);
        var item = Assert.Single(body.Items);
        Assert.Null(item.Alias);
        return Print(item.Expression);
    }

    public static string OfType(string type)
    {
        var table = Assert.IsType<CreateTableStatement>(StatementOf($"CREATE TABLE t (a {type})"));
        return Print(Assert.IsType<PhysicalColumn>(Assert.Single(table.Columns)).Type);
    }

    public static string OfStatement(string sql) => Print(StatementOf(sql));

    public static Statement StatementOf(string sql)
    {
        var script = Parse(sql);
        Assert.Empty(script.Errors.Select(e => SqlErrorText.Render(script.Source, e)));
        return Assert.Single(script.Statements);
    }

    public static ParsedScript Parse(string sql) => SqlParser.Parse(new SourceText("job.sql", sql));

    /// <summary>All errors of a script as the user sees them.</summary>
    public static IReadOnlyList<string> Errors(string sql)
    {
        var script = Parse(sql);
        return [.. script.Errors.Select(e => SqlErrorText.Render(script.Source, e))];
    }

    public static string Print(object? value) => value switch
    {
        Identifier name => name.Quoted ? $"`{name.Name}`" : name.Name,
        QualifiedName name => string.Join('.', name.Parts.Select(Print)),
        ColumnReference column => Print(column.Name),
        StringLiteral text => $"'{text.Value}'",
        NumberLiteral { Kind: NumberKind.Integer } number => number.Text,
        NumberLiteral { Kind: NumberKind.Decimal } number => $"{number.Text}m",
        NumberLiteral number => $"{number.Text}d",
        BooleanLiteral boolean => boolean.Value switch { true => "TRUE", false => "FALSE", null => "UNKNOWN" },
        NullLiteral => "NULL",
        BinaryLiteral bytes => $"x'{Convert.ToHexStringLower(bytes.Value)}'",
        BinaryExpression binary => $"({s_operators[binary.Operator]} {Print(binary.Left)} {Print(binary.Right)})",
        UnaryExpression unary => $"({unary.Operator.ToString().ToLowerInvariant()} {Print(unary.Operand)})",
        Star star => star.Qualifier is null ? "*" : $"{Print(star.Qualifier)}.*",
        OptionEntry option => option.Value is null ? Print(option.Key) : $"{Print(option.Key)}={Print(option.Value)}",
        FunctionCall { Set: null, Aggregate: null } call => $"{Print(call.Name)}{(call.Parentheses ? $"({Join(call.Arguments, ", ")})" : "")}",
        TimeUnitArgument unit => unit.Unit.ToString(),
        TrimSideArgument side => side.Side.ToString(),
        RowExpression row => $"{(row.Explicit ? "row" : "")}({Join(row.Items, ", ")})",
        ScalarType type => PrintScalar(type),
        Query { With: null, OrderBy: null, Limit: null, Offset: null } query => Print(query.Body),
        SyntaxNode node => PrintNode(node),
        string text => text,
        Enum word => word.ToString(),
        IEnumerable list => $"[{Join(list, " ")}]",
        _ => value?.ToString() ?? "",
    };

    private static string Join(IEnumerable list, string separator) => string.Join(separator, list.Cast<object?>().Select(Print));

    private static string PrintScalar(ScalarType type) =>
        type.Kind
        + (type.Precision is null ? "" : type.Scale is null ? $"({type.Precision})" : $"({type.Precision},{type.Scale})")
        + (type.Nullable switch { true => " null", false => " not-null", null => "" });

    private static string PrintNode(SyntaxNode node)
    {
        var type = node.GetType();
        var parts = new List<string> { Kind(type) };
        foreach (var parameter in type.GetConstructors()[0].GetParameters())
        {
            var value = type.GetProperty(parameter.Name!, BindingFlags.Public | BindingFlags.Instance)!.GetValue(node);
            switch (value)
            {
                case null or false or SourceSpan:
                    break;
                case ICollection { Count: 0 }:
                    break;
                case true:
                    parts.Add(parameter.Name!.ToLowerInvariant());
                    break;
                case int number:
                    parts.Add($"{parameter.Name!.ToLowerInvariant()}:{number}");
                    break;
                default:
                    parts.Add(Print(value));
                    break;
            }
        }

        return $"({string.Join(' ', parts)})";
    }

    private static string Kind(Type type)
    {
        var name = type.Name;
        foreach (var suffix in new[] { "Expression", "Literal", "Clause", "Statement", "Body", "Definition", "Argument" })
        {
            name = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        }

        return name;
    }
}
