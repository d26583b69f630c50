using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Placeholders;

/// <summary>The placeholders of a job script (S-4), in every text of it but not in keys.</summary>
internal sealed class ScriptPlaceholders(ScriptOptions options, Schedule schedule, SecretValues secrets)
{
    private const string BizDate = "bizdate";
    private const string CycTime = "cyctime";

    /// <summary>What <see cref="Resolve"/> has come across.</summary>
    public UsedPlaceholders Used { get; } = new();

    /// <exception cref="ConfigException">A placeholder has no value.</exception>
    public OptionNode Resolve(OptionNode script) => PlaceholderText.MapTexts(script, ResolveText);

    private OptionNode ResolveText(OptionNode node, IReadOnlyList<string> keys)
    {
        var isSecret = false;
        var text = PlaceholderText.Replace(
            node.Text,
            inside =>
            {
                var name = inside ?? throw new ConfigException(node.Place, "a '${' in this text has no '}' behind it; a literal '${' is written '$${'");
                if (secrets.Find(name, node.Place) is not { } secret)
                {
                    return ValueOf(name, node.Place, keys);
                }

                isSecret = true;
                return secret;
            },
            form => TimeOf(form, node.Place, keys));
        return OptionNode.Scalar(OptionKind.Text, text, node.Place, isSecret ? node.Text : null);
    }

    private string ValueOf(string name, Place place, IReadOnlyList<string> keys)
    {
        var isGiven = options.Parameters.TryGetValue(name, out var given);
        var value = given ?? name switch
        {
            BizDate => schedule.BizDate,
            CycTime => schedule.CycTime,
            _ => InCalendar(() => DateForm.FromBusinessDate(name, schedule.BusinessDate), $"${{{name}}}", place) ?? throw Unresolved(name, place),
        };
        Used.Add(name, value, isGiven ? null : name == CycTime ? CycleTimeFor($"${{{name}}}") : BusinessDateFor($"${{{name}}}"), keys);
        return value;
    }

    private string? TimeOf(string form, Place place, IReadOnlyList<string> keys)
    {
        if (InCalendar(() => DateForm.FromCycleTime(form, schedule.CycleTime), $"$[{form}]", place) is { } value)
        {
            Used.Add($"[{form}]", value, CycleTimeFor($"$[{form}]"), keys);
            return value;
        }

        return DateForm.LooksLikeTime(form)
            ? throw new ConfigException(place, $"'$[{form}]' is no form of the schedule time; allowed are patterns of yyyy, mm, dd, hh24, mi, ss with an offset in days, such as $[yyyymmddhh24miss-1/24], and $[add_months(yyyymm,-1)]")
            : null;
    }

    private ClockValue? BusinessDateFor(string placeholder) => options.BizDate is null ? new ClockValue(placeholder, "--bizdate", schedule.BizDate) : null;

    private ClockValue? CycleTimeFor(string placeholder) => options.CycTime is null ? new ClockValue(placeholder, "--cyctime", schedule.CycTime) : null;

    private static string? InCalendar(Func<string?> format, string placeholder, Place place)
    {
        try
        {
            return format();
        }
        catch (ArgumentOutOfRangeException beyond)
        {
            throw new ConfigException(place, $"'{placeholder}' leads out of the calendar, which has the years 1 to 9999", beyond);
        }
    }

    private ConfigException Unresolved(string name, Place place)
    {
        IReadOnlyList<string> known = [.. options.Parameters.Keys.Order(StringComparer.Ordinal), BizDate, CycTime];
        var nearest = NearestName.Of(name, known);
        return new ConfigException(place, $"the placeholder '${{{name}}}' has no value"
            + (nearest is null ? "" : $"; did you mean '${{{nearest}}}'?")
            + $"; give it with -p {name}=VALUE; known here: {string.Join(", ", known)}, and dates such as ${{yyyymmdd-1}}; a literal '${{' is written '$${{'");
    }
}
