using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Kafka;

/// <summary>One <c>properties.*</c> option, its name without that prefix.</summary>
internal readonly record struct KafkaProperty(string Name, string Value, Place? Place);

/// <summary>What the user's <c>properties.*</c> come to in librdkafka's words.</summary>
/// <param name="Settings">What is set on the client, in this order.</param>
/// <param name="Brokers">host:port of the first servers to ask, as the user wrote them: for messages.</param>
/// <param name="GroupId">Null where none is given.</param>
/// <param name="AutoOffsetReset">earliest, latest or none; null where it is not given.</param>
internal sealed record KafkaProperties(IReadOnlyList<KafkaProperty> Settings, string Brokers, string? GroupId, string? AutoOffsetReset)
{
    public const string Prefix = "properties.";

    private static readonly string[] s_resets = ["earliest", "latest", "none"];

    private static readonly Lazy<IReadOnlyList<string>> s_known = new(() =>
        [.. KafkaConf.Names(), .. JavaProperties.Renamed.Keys, .. JavaProperties.Ours.Keys, .. JavaProperties.Ignored, .. StoreProperties.Names, SaslProperties.Jaas]);

    /// <param name="tablePlace">Where the table is, for what is missing.</param>
    /// <param name="kind">A few settings have another meaning for producers.</param>
    /// <param name="baseDirectory">Relative paths of stores count from here.</param>
    /// <exception cref="ConfigException">A setting that nobody knows, a value that is not allowed, a store that cannot be read.</exception>
    public static KafkaProperties Translate(IReadOnlyList<KafkaProperty> given, ClientKind kind, Place? tablePlace, string baseDirectory, Report report)
    {
        var settings = new List<KafkaProperty>();
        string? reset = null;
        foreach (var property in given)
        {
            if (property.Name == "auto.offset.reset")
            {
                reset = s_resets.Contains(property.Value)
                    ? property.Value
                    : throw Wrong(property, $"is \"{property.Value}\"; allowed: {string.Join(", ", s_resets)}");
            }
            else if (!StoreProperties.IsOne(property.Name) && property.Name != SaslProperties.Jaas && TranslateOne(property, kind, report) is { } setting)
            {
                settings.Add(setting);
            }
        }

        settings.AddRange(StoreProperties.Translate(given, baseDirectory));
        settings.AddRange(SaslProperties.Translate(given));
        Check(settings);
        var brokers = ValueOf(settings, "bootstrap.servers") ?? ValueOf(settings, "metadata.broker.list");
        return string.IsNullOrWhiteSpace(brokers)
            ? throw new ConfigException(tablePlace, "'properties.bootstrap.servers' is missing; it takes: host:port[,host:port...]")
            : new KafkaProperties(settings, brokers, ValueOf(settings, "group.id") is { Length: > 0 } group ? group : null, reset);
    }

    /// <summary>An error about a property. The message must not show the value of a secret.</summary>
    internal static ConfigException Wrong(KafkaProperty property, string what) => new(property.Place, $"'{Prefix}{property.Name}' {what}");

    internal static bool IsSecret(string name) =>
        ((string[])["password", "secret", "jaas", ".key", "token", ".pem", "oauthbearer.config"]).Any(part => name.Contains(part, StringComparison.Ordinal));

    private static string? ValueOf(List<KafkaProperty> settings, string name) => settings.LastOrDefault(s => s.Name == name).Value;

    private static KafkaProperty? TranslateOne(KafkaProperty property, ClientKind kind, Report report)
    {
        var name = property.Name;
        if (JavaProperties.Ours.TryGetValue(name, out var why))
        {
            report.Warn(property.Place, $"'{Prefix}{name}' has no effect here: {why}");
            return null;
        }

        if (JavaProperties.Ignored.Contains(name))
        {
            report.Warn(property.Place, $"'{Prefix}{name}' belongs to the Java client and has no effect here");
            return null;
        }

        if (JavaProperties.Refused.Contains(name))
        {
            throw Wrong(property, "names a Java class, which cannot run here; remove it");
        }

        return name switch
        {
            _ when JavaProperties.Renamed.TryGetValue(name, out var other) => property with { Name = other },
            "security.protocol" or "ssl.endpoint.identification.algorithm" => WithLowerCase(property, report),
            "receive.buffer.bytes" or "send.buffer.bytes" => property with { Name = "socket." + name, Value = property.Value == "-1" ? "0" : property.Value },
            "request.timeout.ms" when kind == ClientKind.Consumer => property with { Name = "socket.timeout.ms" },
            "buffer.memory" => property with { Name = "queue.buffering.max.kbytes", Value = Kilobytes(property) },
            "transactional.id" => throw Wrong(property, "is for exactly-once, which is not supported yet; remove it"),
            _ => property,
        };
    }

    private static KafkaProperty WithLowerCase(KafkaProperty property, Report report)
    {
        if (property.Name == "ssl.endpoint.identification.algorithm" && property.Value.Length == 0)
        {
            report.Warn(property.Place, $"'{Prefix}{property.Name}' is empty: the broker's certificate may be any other host's");
            return property with { Value = "none" };
        }

        return property with { Value = property.Value.ToLowerInvariant() };
    }

    private static string Kilobytes(KafkaProperty property) => long.TryParse(property.Value, out var bytes) && bytes > 0
        ? $"{Math.Max(1, bytes / 1024)}"
        : throw Wrong(property, $"is \"{property.Value}\"; allowed: a number of bytes");

    /// <summary>Asks the library itself.</summary>
    private static void Check(List<KafkaProperty> settings)
    {
        using var conf = new KafkaConf();
        foreach (var setting in settings)
        {
            switch (conf.Set(setting.Name, setting.Value, out var reason))
            {
                case ConfResult.Unknown:
                    var nearest = NearestName.Of(setting.Name, s_known.Value);
                    throw Wrong(setting, "is a setting that neither librdkafka nor Kafka's Java client knows" + (nearest is null ? "" : $"; did you mean '{Prefix}{nearest}'?"));
                case ConfResult.Invalid:
                    throw Wrong(setting, IsSecret(setting.Name) ? "is not a value that librdkafka takes" : $"is \"{setting.Value}\", which librdkafka refuses: {reason}");
            }
        }
    }
}
