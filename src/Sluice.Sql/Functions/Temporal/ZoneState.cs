using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>The time zone that an argument names, looked up again only where it changes.</summary>
internal class ZoneState
{
    private byte[]? _name;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;

    public TimeZoneInfo Find(Utf8 name)
    {
        if (_name is null || !name.Span.SequenceEqual(_name))
        {
            _zone = Zones.Find(name.ToString());
            _name = name.Span.ToArray();
        }

        return _zone;
    }
}

/// <summary>A second one for the same call: states are told apart by their type.</summary>
internal sealed class TargetZoneState : ZoneState;
