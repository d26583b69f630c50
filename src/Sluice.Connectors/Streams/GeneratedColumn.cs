using System.Globalization;
using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Streams;

/// <summary>A column of made-up values.</summary>
/// <param name="Field">Its name and type.</param>
/// <param name="MostBytes">What one value takes at most.</param>
internal abstract record GeneratedColumn(Field Field, int MostBytes)
{
    private static readonly Option<OptionNode?> s_value = Option.Node("value", "text, number, boolean or null", "The value of each row.");
    private static readonly Option<string?> s_random = Option.Text("random", null, "`min,max`, the range of random values.");
    private static readonly Option<string> s_type = Option.Choice("type", "string", ["string", "long", "int", "double", "bool", "date", "bytes"], "The type of the values.");
    private static readonly Option<string?> s_name = Option.Text("name", null, "The column's name.");
    private static readonly Option<string?> s_dateFormat = Option.Text("dateFormat", "yyyy-MM-dd HH:mm:ss", "How the script writes dates.");

    /// <summary>Writes the first rows of a column; returns the bytes of the values.</summary>
    public abstract long Fill(TextColumn column, int rows, Random random);

    /// <param name="node">A bare value, or an object.</param>
    /// <exception cref="ConfigException">Neither a value nor a range, or one that does not fit the type.</exception>
    public static GeneratedColumn Read(OptionNode node, int index, Report report)
    {
        if (node.Kind != OptionKind.Map)
        {
            var kind = node.Kind switch
            {
                OptionKind.Boolean => "bool",
                OptionKind.Number => long.TryParse(node.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? "long" : "double",
                _ => "string",
            };
            return Constant(new Field($"column{index}", TypeOf(kind)), kind, node, "");
        }

        var bag = new OptionBag(node, report);
        var type = bag.Take(s_type);
        var field = new Field(bag.Take(s_name) ?? $"column{index}", TypeOf(type));
        var value = bag.Take(s_value) ?? node.Find(s_value.Name);
        var format = bag.Take(s_dateFormat)!.Replace('S', 'f');
        var random = bag.Take(s_random);
        bag.RefuseLeftovers();
        if (value is not null)
        {
            if (random is not null)
            {
                report.Warn(node.Place, "'value' and 'random' are both given: 'value' is taken");
            }

            return Constant(field, type, value, format);
        }

        return random is not null
            ? RandomColumn.Create(field, type, random, format, bag.PlaceOf(s_random))
            : throw new ConfigException(node.Place, "a column takes 'value' or 'random': {\"value\": \"x\"} or {\"random\": \"1,100\", \"type\": \"long\"}");
    }

    /// <summary>Milliseconds from 0001-01-01.</summary>
    public static long? ParseDate(string text, string format) =>
        DateTime.TryParseExact(text.Trim(), [format, "yyyy-MM-dd"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.Ticks / TimeSpan.TicksPerMillisecond : null;

    private static ConstantColumn Constant(Field field, string type, OptionNode node, string format)
    {
        var text = node.Text;
        var fits = node.Kind == OptionKind.Null || (node.IsScalar && type switch
        {
            "long" or "int" => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
            "double" => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _),
            "bool" => bool.TryParse(text, out _),
            "date" => ParseDate(text, format) is not null,
            _ => true,
        });
        if (!fits)
        {
            throw new ConfigException(node.Place, $"'value' is {node.Show()}, which is no {type}");
        }

        var value = type switch
        {
            "bool" => text.ToLowerInvariant(),
            "date" when node.Kind != OptionKind.Null => new DateTime(ParseDate(text, format)!.Value * TimeSpan.TicksPerMillisecond, DateTimeKind.Unspecified).ToString(RandomColumn.DateFormat, CultureInfo.InvariantCulture),
            _ => text,
        };
        return new ConstantColumn(field, node.Kind == OptionKind.Null ? null : Encoding.UTF8.GetBytes(value));
    }

    private static DataType TypeOf(string type) => type switch
    {
        "long" or "int" => DataType.Integer,
        "double" => DataType.Double,
        "bool" => DataType.Boolean,
        "date" => DataType.DateTime,
        "bytes" => DataType.Bytes,
        _ => DataType.Text,
    };
}

/// <summary>The same value in each row, or null. A batch holds it once.</summary>
internal sealed record ConstantColumn(Field Field, byte[]? Value) : GeneratedColumn(Field, Value?.Length ?? 0)
{
    public override long Fill(TextColumn column, int rows, Random random)
    {
        var start = Value is null ? 0 : column.Heap.Append(Value);
        column.Start.AsSpan(0, rows).Fill(start);
        column.Length.AsSpan(0, rows).Fill(Value?.Length ?? TextColumn.NullLength);
        return (long)rows * (Value?.Length ?? 0);
    }
}
