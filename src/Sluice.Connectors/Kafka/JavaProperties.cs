namespace Sluice.Connectors.Kafka;

/// <summary>What the settings of Java's client are here. What is in none of these lists goes to librdkafka under its own name.
/// <c>docs/connectors/kafka.md</c> says the same in words; a test compares them.</summary>
internal static class JavaProperties
{
    /// <summary>The same thing under another name.</summary>
    public static readonly IReadOnlyDictionary<string, string> Renamed = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["sasl.mechanism"] = "sasl.mechanisms",
        ["fetch.max.wait.ms"] = "fetch.wait.max.ms",
        ["ssl.keystore.certificate.chain"] = "ssl.certificate.pem",
        ["ssl.keystore.key"] = "ssl.key.pem",
        ["ssl.truststore.certificates"] = "ssl.ca.pem",
        ["max.request.size"] = "message.max.bytes",
    };

    /// <summary>What the connector does itself, whatever is given; with the sentence that the warning says.</summary>
    public static readonly IReadOnlyDictionary<string, string> Ours = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["enable.auto.commit"] = "offsets are committed when the sink has confirmed their rows",
        ["auto.commit.interval.ms"] = "offsets are committed every 5 s, when the sink has confirmed their rows",
        ["enable.auto.offset.store"] = "offsets are committed when the sink has confirmed their rows",
        ["enable.partition.eof"] = "'scan.bounded.mode' decides where reading ends",
        ["partition.assignment.strategy"] = "the group always uses cooperative-sticky",
        ["group.protocol"] = "the group always uses the classic protocol with cooperative-sticky",
        ["group.remote.assignor"] = "the group always uses cooperative-sticky",
        ["key.deserializer"] = "'key.format' decides",
        ["value.deserializer"] = "'format' decides",
        ["key.serializer"] = "'key.format' decides",
        ["value.serializer"] = "'format' decides",
        ["partition.discovery.interval.ms"] = "'scan.topic-partition-discovery.interval' decides",
        ["partitioner.class"] = "'sink.partitioner' decides",
    };

    /// <summary>Tuning, logging and measuring of the Java client, which change no row. Accepted with a warning.</summary>
    public static readonly IReadOnlySet<string> Ignored = new HashSet<string>(StringComparer.Ordinal)
    {
        // How the Java consumer polls and waits.
        "max.poll.records", "default.api.timeout.ms", "exclude.internal.topics", "client.dns.lookup",
        "socket.connection.setup.timeout.max.ms", "retry.backoff.max.ms", "metadata.recovery.strategy",
        "metadata.recovery.rebootstrap.trigger.ms", "throw.on.fetch.stable.offset.unsupported",
        "flink.poll-timeout", "commit.offsets.on.checkpoint", "client.id.prefix", "register.consumer.metrics", "register.producer.metrics",

        // How the Java producer batches and waits.
        "max.block.ms", "metadata.max.idle.ms", "partitioner.ignore.keys", "partitioner.adaptive.partitioning.enable",
        "partitioner.availability.timeout.ms", "compression.gzip.level", "compression.lz4.level", "compression.zstd.level",

        // Classes that watch a Java client.
        "interceptor.classes", "metric.reporters", "metrics.num.samples", "metrics.recording.level", "metrics.sample.window.ms",
        "auto.include.jmx.reporter", "enable.metrics.push", "security.providers",

        // How Java finds its own TLS and logs in again; here OpenSSL does.
        "ssl.protocol", "ssl.enabled.protocols", "ssl.provider", "ssl.keymanager.algorithm", "ssl.trustmanager.algorithm",
        "ssl.secure.random.implementation", "sasl.login.refresh.window.factor", "sasl.login.refresh.window.jitter",
        "sasl.login.refresh.min.period.seconds", "sasl.login.refresh.buffer.seconds", "sasl.login.connect.timeout.ms",
        "sasl.login.read.timeout.ms", "sasl.login.retry.backoff.ms", "sasl.login.retry.backoff.max.ms",
        "sasl.kerberos.ticket.renew.jitter", "sasl.kerberos.ticket.renew.window.factor",
    };

    /// <summary>Classes of the user's own, without which the Java client would not do what it does: refused.</summary>
    public static readonly IReadOnlySet<string> Refused = new HashSet<string>(StringComparer.Ordinal)
    {
        "ssl.engine.factory.class", "sasl.client.callback.handler.class", "sasl.login.callback.handler.class", "sasl.login.class",
    };
}
