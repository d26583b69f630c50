using Sluice.Engine.Errors;

namespace Sluice.Engine.Options;

/// <summary>Collects what the user should know but need not act on. With <c>--strict</c> an unknown key is an error (S-3).</summary>
public sealed class Report(bool strict, Action<string> warn)
{
    public bool Strict { get; } = strict;

    public void Warn(Place? place, string message) => warn(place is null ? message : $"{place}: {message}");

    /// <summary>A key that nobody took.</summary>
    public void UnknownKey(Place place, string name, IEnumerable<string> known)
    {
        var nearest = NearestName.Of(name, known);
        var message = $"unknown key '{name}'" + (nearest is null ? "" : $"; did you mean '{nearest}'?");
        if (Strict)
        {
            throw new ConfigException(place, message);
        }

        Warn(place, message + (nearest is null ? "; it has no effect here" : " It has no effect here."));
    }
}
