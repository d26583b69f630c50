using System.Globalization;
using System.Text;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis.Fuzz;

/// <summary>A reply as the protocol describes it: its bytes, and what reading them must give.</summary>
/// <param name="Kind">The first byte on the wire; of nulls, all of the line.</param>
/// <param name="Text">What a scalar says.</param>
/// <param name="Items">The elements of an aggregate; keys and values of a map in turn.</param>
/// <param name="Attribute">Keys and values of an attribute in front of it; null: none.</param>
public sealed record RespValue(string Kind, string Text, RespValue[] Items, RespValue[]? Attribute = null)
{
    private const string Nulls = "$-1 *-1 _";
    private const string Bulks = "$!=";
    private const string Aggregates = "*~>%";

    public byte[] Bytes
    {
        get
        {
            var wire = new List<byte>();
            Write(wire);
            return [.. wire];
        }
    }

    public bool IsPush => Kind == ">";

    /// <summary>Kind and content of a reply and of all in it, attributes left out.</summary>
    public static string Describe(in RespReply reply)
    {
        if (!reply.IsAggregate)
        {
            return Scalar(reply.Kind, reply.Kind is RespKind.Integer or RespKind.Boolean ? reply.Integer.ToString(CultureInfo.InvariantCulture) : reply.Text);
        }

        var items = new List<string>();
        for (var rest = reply.Content; !rest.IsEmpty;)
        {
            Assert.True(RespReader.TryRead(rest, out var item, out var consumed));
            items.Add(Describe(item));
            rest = rest[consumed..];
        }

        Assert.Equal(reply.Integer, items.Count);
        return Aggregate(((char)reply.Kind).ToString(), items);
    }

    /// <summary>What <see cref="Describe"/> must say.</summary>
    public string Describe()
    {
        if (Aggregates.Contains(Kind, StringComparison.Ordinal))
        {
            return Aggregate(Kind, Items.Select(i => i.Describe()));
        }

        return Kind switch
        {
            "=" => Scalar(RespKind.BulkString, Text),
            "#" => Scalar(RespKind.Boolean, Text == "t" ? "1" : "0"),
            _ when Kind.Length > 1 || Kind == "_" => Scalar(RespKind.Null, ""),
            _ => Scalar((RespKind)Kind[0], Text),
        };
    }

    /// <summary>Smaller values that differ in one place, for the search of the smallest that fails.</summary>
    public IEnumerable<RespValue> Shrink()
    {
        foreach (var part in Items.Concat(Attribute ?? []))
        {
            yield return part;
        }

        if (Attribute is not null)
        {
            yield return this with { Attribute = null };
        }

        var step = Kind == "%" ? 2 : 1;
        for (var i = 0; i + step <= Items.Length; i += step)
        {
            yield return this with { Items = [.. Items[..i], .. Items[(i + step)..]] };
        }

        for (var i = 0; i < Items.Length; i++)
        {
            foreach (var smaller in Items[i].Shrink())
            {
                yield return this with { Items = [.. Items[..i], smaller, .. Items[(i + 1)..]] };
            }
        }

        if (Text.Length > 0 && "+-$!=".Contains(Kind, StringComparison.Ordinal))
        {
            yield return this with { Text = "" };
        }
    }

    public override string ToString() => Literal(Bytes);

    /// <summary>Bytes as a message can show them.</summary>
    public static string Literal(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes.Length > 400 ? bytes[..400] : bytes)
        {
            text.Append(b switch
            {
                (byte)'\r' => "\\r",
                (byte)'\n' => "\\n",
                >= 0x20 and < 0x7f => ((char)b).ToString(),
                _ => $"\\x{b:x2}",
            });
        }

        return bytes.Length > 400 ? $"{text}... ({bytes.Length} bytes)" : text.ToString();
    }

    private static string Scalar(RespKind kind, string text) => $"{kind}({text})";

    private static string Aggregate(string kind, IEnumerable<string> items) => $"{kind}[{string.Join(' ', items)}]";

    private void Write(List<byte> wire)
    {
        void Line(string text) => wire.AddRange(Encoding.UTF8.GetBytes(text + "\r\n"));

        if (Attribute is not null)
        {
            Line($"|{Attribute.Length / 2}");
            Array.ForEach(Attribute, a => a.Write(wire));
        }

        if (Nulls.Split(' ').Contains(Kind))
        {
            Line(Kind);
        }
        else if (Bulks.Contains(Kind, StringComparison.Ordinal))
        {
            var content = Kind == "=" ? "txt:" + Text : Text;
            Line($"{Kind}{Encoding.UTF8.GetByteCount(content)}");
            Line(content);
        }
        else if (Aggregates.Contains(Kind, StringComparison.Ordinal))
        {
            Line($"{Kind}{(Kind == "%" ? Items.Length / 2 : Items.Length)}");
            Array.ForEach(Items, i => i.Write(wire));
        }
        else
        {
            Line(Kind + Text);
        }
    }
}
