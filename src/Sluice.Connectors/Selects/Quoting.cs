using Sluice.Engine.Errors;

namespace Sluice.Connectors.Selects;

/// <summary>How a database writes names so that nothing in them is syntax.</summary>
/// <param name="Mark">The quotation mark; inside a name it is doubled.</param>
internal sealed record Quoting(char Mark)
{
    public static readonly Quoting Backticks = new('`');
    public static readonly Quoting DoubleQuotes = new('"');

    public string Quote(string name) => Mark + name.Replace($"{Mark}", $"{Mark}{Mark}", StringComparison.Ordinal) + Mark;

    /// <summary>A table name, qualified or not, each part quoted.</summary>
    public string QuoteTable(IReadOnlyList<string> parts) => string.Join('.', parts.Select(Quote));

    /// <summary>The parts of a name that the user wrote.</summary>
    /// <exception cref="ConfigException">A quotation mark in it has no partner, or a part is empty.</exception>
    public IReadOnlyList<string> Parts(PlacedText name)
    {
        var parts = Parts(name.Text);
        return name.Text.Count(c => c == Mark) % 2 == 0 && !parts.Contains("")
            ? parts
            : throw new ConfigException(name.Place,
                $"\"{name.Text}\" is no name: {(parts.Contains("") ? "a part of it is empty" : $"a {Mark} has no partner")}; what has a . or a {Mark} in it is written {Quote($"a{Mark}b.c")}, and db.table means two names");
    }

    /// <summary>Cuts <c>db.table</c> at its dots, apart from those inside quotation marks, which are taken off.</summary>
    public IReadOnlyList<string> Parts(string name)
    {
        var parts = new List<string>();
        var part = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == Mark)
            {
                if (quoted && i + 1 < name.Length && name[i + 1] == Mark)
                {
                    part.Append(name[i++]);
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (name[i] == '.' && !quoted)
            {
                parts.Add(part.ToString());
                part.Clear();
            }
            else
            {
                part.Append(name[i]);
            }
        }

        parts.Add(part.ToString());
        return parts;
    }
}
