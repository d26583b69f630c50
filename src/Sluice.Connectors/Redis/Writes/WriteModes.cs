using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Redis.Writes;

/// <summary>What can become of a record (S-16). One file per mode.</summary>
internal static class WriteModes
{
    private static readonly WriteMode[] s_modes = [new StringWrite(), new ListWrite(), new SetWrite(), new ZSetWrite(), new HashWrite()];

    /// <summary>The mode by the words of the script; either may be absent.</summary>
    public static WriteMode Find(string? type, string? command, Place typePlace, Place commandPlace)
    {
        var mode = s_modes.FirstOrDefault(m => m.Type.Equals(string.IsNullOrEmpty(type) ? "string" : type, StringComparison.OrdinalIgnoreCase))
            ?? throw Unknown(typePlace, "type", type!, s_modes.Select(m => m.Type));
        if (string.IsNullOrEmpty(command))
        {
            return mode;
        }

        return mode.Commands.FirstOrDefault(c => c.Equals(command, StringComparison.OrdinalIgnoreCase)) is { } known
            ? mode.With(known)
            : throw Unknown(commandPlace, "mode", command, mode.Commands, $" with type {mode.Type}");
    }

    private static ConfigException Unknown(Place place, string option, string given, IEnumerable<string> known, string with = "")
    {
        var nearest = NearestName.Of(given, known);
        return new ConfigException(place, $"'{option}' is \"{given}\"; allowed{with}: {string.Join(", ", known)}" + (nearest is null ? "" : $" (did you mean {nearest}?)"));
    }
}
