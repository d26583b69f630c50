using System.Text;

namespace Sluice.Engine.Connectors;

/// <summary>Whose positions they are (S-27b): a job's name with the values of the placeholders that it uses.</summary>
/// <param name="Name"><c>--job-id</c>, else the script's file name without extension; in SQL 'pipeline.name'.</param>
/// <param name="Placeholders">Those that the script uses outside of credentials, and their values, by name.</param>
/// <param name="Fingerprint">What decides which rows go where and how.</param>
public sealed record JobInstance(string Name, IReadOnlyList<KeyValuePair<string, string>> Placeholders, Fingerprint Fingerprint)
{
    /// <summary>Characters that stand between the parts of <see cref="Id"/>, or mean something in a key (hash tags).</summary>
    private const string Reserved = "%?&=/{}";

    /// <summary>Tells the INSERTs of one SQL script apart: the sink table. Empty in a job script.</summary>
    public string Part { get; init; } = "";

    /// <summary>Placeholders whose values came from the clock: a later run would be another instance, unless it is told.</summary>
    public IReadOnlyList<ClockValue> FromClock { get; init; } = [];

    /// <summary>What stands in keys: <c>orders?day=2024-05-01</c>. Different instances have different ones.</summary>
    public string Id
    {
        get
        {
            var id = Escape(Name);
            if (Placeholders.Count > 0)
            {
                id += "?" + string.Join('&', Placeholders.Select(p => $"{Escape(p.Key)}={Escape(p.Value)}"));
            }

            return Part.Length == 0 ? id : $"{id}/{Escape(Part)}";
        }
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            _ = Reserved.Contains(c, StringComparison.Ordinal) ? escaped.Append('%').Append(((int)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture)) : escaped.Append(c);
        }

        return escaped.ToString();
    }
}

/// <summary>A value that the clock gave.</summary>
/// <param name="Placeholder">As the script has it: <c>${bizdate}</c>.</param>
/// <param name="Option">What gives the same value on the command line: <c>--bizdate</c>.</param>
/// <param name="Argument">That value: <c>20260131</c>.</param>
public sealed record ClockValue(string Placeholder, string Option, string Argument);
