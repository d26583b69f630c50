using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>Turns Java's <c>sasl.jaas.config</c> into a user name and a password.</summary>
internal static class SaslProperties
{
    public const string Jaas = "sasl.jaas.config";

    public static IEnumerable<KafkaProperty> Translate(IReadOnlyList<KafkaProperty> given)
    {
        var property = given.LastOrDefault(p => p.Name == Jaas);
        if (property.Name is null)
        {
            return [];
        }

        var config = JaasConfig.Parse(property.Value, property.Place);
        var mechanism = given.LastOrDefault(p => p.Name is "sasl.mechanism" or "sasl.mechanisms").Value;
        var fits = config.Module switch
        {
            "PlainLoginModule" => mechanism is "PLAIN",
            "ScramLoginModule" => mechanism is "SCRAM-SHA-256" or "SCRAM-SHA-512",
            _ => throw KafkaProperties.Wrong(property, $"names the login module {config.Module}; PlainLoginModule and ScramLoginModule are translated. "
                + "For others give librdkafka's own settings: properties.sasl.kerberos.*, properties.sasl.oauthbearer.*"),
        };
        if (!fits)
        {
            var allowed = config.Module == "PlainLoginModule" ? "PLAIN" : "SCRAM-SHA-256 or SCRAM-SHA-512";
            throw KafkaProperties.Wrong(property, $"names {config.Module}, which needs 'properties.sasl.mechanism' = {allowed}; it is {mechanism ?? "missing"}");
        }

        if (config.Options.GetValueOrDefault("tokenauth") is "true")
        {
            throw KafkaProperties.Wrong(property, "asks for a delegation token (tokenauth), which is not supported; give a user and a password");
        }

        return
        [
            new KafkaProperty("sasl.username", config.Need("username"), property.Place),
            new KafkaProperty("sasl.password", config.Need("password"), property.Place),
        ];
    }
}
