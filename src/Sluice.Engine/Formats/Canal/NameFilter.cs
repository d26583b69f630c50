using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sluice.Engine.Formats.Canal;

/// <summary>Whether a name is one to be read. Most messages have the name of the one before: what was decided is kept.</summary>
internal sealed class NameFilter(Regex pattern)
{
    private byte[] _last = [];
    private bool _lastMatches = pattern.IsMatch("");

    /// <param name="name">A JSON string with its quotes.</param>
    public bool Takes(ReadOnlySpan<byte> name)
    {
        if (!name.SequenceEqual(_last))
        {
            var reader = new Utf8JsonReader(name);
            reader.Read();
            _last = name.ToArray();
            _lastMatches = pattern.IsMatch(reader.GetString()!);
        }

        return _lastMatches;
    }
}
