using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Redis.Delivery;

/// <summary>How long the positions of a finished job are kept (S-27).</summary>
internal static class Retention
{
    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(1);

    /// <exception cref="ConfigException">So short that a job would forget at once that it is finished.</exception>
    public static TimeSpan Take(OptionBag bag, Option<TimeSpan> option)
    {
        var value = bag.Take(option);
        return value >= s_least ? value
            : throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' is {value.TotalMilliseconds}ms; allowed: from 1 s. It is how long it is known that a job is finished: after that, running it again writes every row again");
    }
}
