using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>What no further attempt can change, in a sentence that says what to do.</summary>
internal static class KafkaErrors
{
    /// <exception cref="RefusedException">Authentication, TLS or a permission.</exception>
    /// <exception cref="EndpointException">The client itself cannot go on.</exception>
    public static void ThrowIfRefused(string endpoint, ClientEvent happened)
    {
        var what = happened.Error switch
        {
            KafkaError.Authentication or KafkaError.SaslAuthenticationFailed => "the brokers do not take this login; look at 'properties.sasl.*' and 'properties.security.protocol'",
            KafkaError.UnsupportedSaslMechanism => "the brokers do not know this 'properties.sasl.mechanism'",
            KafkaError.Ssl => "the connection cannot be encrypted; look at 'properties.security.protocol' and 'properties.ssl.*'",
            KafkaError.TopicAuthorizationFailed => "this user may not use the topic",
            KafkaError.GroupAuthorizationFailed => "this user may not use the group of 'properties.group.id'",
            KafkaError.ClusterAuthorizationFailed => "this user may not use the cluster",
            KafkaError.FencedInstanceId => "another process uses the same 'properties.group.instance.id'",
            _ => null,
        };
        if (what is not null)
        {
            throw new RefusedException(endpoint, $"{what}: {happened.Text}");
        }

        if (happened.Error == KafkaError.Fatal)
        {
            throw new EndpointException(endpoint, happened.Text);
        }
    }
}
