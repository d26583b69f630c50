using Sluice.Connectors.Kafka;
using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Tests.Kafka;

public sealed class KafkaPropertiesTests
{
    private const string Plain = "org.apache.kafka.common.security.plain.PlainLoginModule";
    private const string Scram = "org.apache.kafka.common.security.scram.ScramLoginModule";

    private readonly List<string> _warnings = [];

    [Fact]
    public void What_has_the_same_name_passes()
    {
        var properties = Translate(("fetch.min.bytes", "7"), ("client.rack", "r1"), ("session.timeout.ms", "9000"));
        Assert.Equal("7", ValueOf(properties, "fetch.min.bytes"));
        Assert.Equal("r1", ValueOf(properties, "client.rack"));
        Assert.Equal("9000", ValueOf(properties, "session.timeout.ms"));
        Assert.Empty(_warnings);
    }

    [Theory]
    [InlineData("sasl.mechanism", "PLAIN", "sasl.mechanisms", "PLAIN")]
    [InlineData("fetch.max.wait.ms", "20", "fetch.wait.max.ms", "20")]
    [InlineData("request.timeout.ms", "20000", "socket.timeout.ms", "20000")]
    [InlineData("receive.buffer.bytes", "-1", "socket.receive.buffer.bytes", "0")]
    [InlineData("send.buffer.bytes", "4096", "socket.send.buffer.bytes", "4096")]
    [InlineData("security.protocol", "SASL_SSL", "security.protocol", "sasl_ssl")]
    [InlineData("max.request.size", "5000", "message.max.bytes", "5000")]
    [InlineData("buffer.memory", "33554432", "queue.buffering.max.kbytes", "32768")]
    public void What_only_Java_calls_so_is_translated(string name, string value, string expectedName, string expectedValue) =>
        Assert.Equal(expectedValue, ValueOf(Translate((name, value)), expectedName));

    [Fact]
    public void A_producer_keeps_the_timeout_of_its_requests() =>
        Assert.Equal("20000", ValueOf(Translate(ClientKind.Producer, ("request.timeout.ms", "20000")), "request.timeout.ms"));

    [Theory]
    [InlineData("max.poll.records", "belongs to the Java client")]
    [InlineData("enable.auto.commit", "offsets are committed when the sink has confirmed their rows")]
    [InlineData("partition.assignment.strategy", "cooperative-sticky")]
    [InlineData("key.deserializer", "'key.format' decides")]
    public void What_means_nothing_here_is_ignored_with_a_warning(string name, string expected)
    {
        var properties = Translate((name, "x"));
        Assert.Null(ValueOf(properties, name));
        Assert.Contains(expected, Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_name_in_the_lists_is_unknown_to_librdkafka_or_ours()
    {
        var known = KafkaConf.Names();
        Assert.Empty(JavaProperties.Ignored.Intersect(known));
        Assert.Empty(JavaProperties.Renamed.Keys.Intersect(known));
        Assert.All(JavaProperties.Renamed.Values.Except(["ssl.ca.pem", "ssl.certificate.pem", "ssl.key.pem"]), name => Assert.Contains(name, known));
    }

    [Fact]
    public void The_documentation_names_every_setting_that_is_ignored_translated_or_refused()
    {
        var text = File.ReadAllText(Architecture.Repository.PathOf("docs", "connectors", "kafka.md"));
        string[] names = [.. JavaProperties.Ignored, .. JavaProperties.Ours.Keys, .. JavaProperties.Renamed.Keys, .. JavaProperties.Refused, SaslProperties.Jaas];
        Assert.All(names, name => Assert.Contains($"`{name}`", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("fetch.min.byte", "'properties.fetch.min.byte' is a setting that neither librdkafka nor Kafka's Java client knows; did you mean 'properties.fetch.min.bytes'?")]
    [InlineData("max.poll.record", "did you mean 'properties.max.poll.records'?")]
    [InlineData("ssl.engine.factory.class", "names a Java class")]
    [InlineData("auto.offset.reset", "allowed: earliest, latest, none")]
    [InlineData("ssl.truststore.type", "allowed: JKS, PKCS12, PEM")]
    public void A_setting_that_nobody_knows_is_refused(string name, string expected) =>
        Assert.Contains(expected, Assert.Throws<ConfigException>(() => Translate((name, "x"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_wrong_value_is_refused_with_the_librarys_own_words()
    {
        var e = Assert.Throws<ConfigException>(() => Translate(("fetch.min.bytes", "many")));
        Assert.Contains("'properties.fetch.min.bytes' is \"many\", which librdkafka refuses", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_brokers_are_required()
    {
        var e = Assert.Throws<ConfigException>(() => KafkaProperties.Translate([], ClientKind.Consumer, new Place("a.sql", 3, 1, ""), "/", new Report(false, _ => { })));
        Assert.Equal("a.sql:3:1: 'properties.bootstrap.servers' is missing; it takes: host:port[,host:port...]", e.Message);
    }

    [Fact]
    public void The_group_and_the_reset_are_told_apart()
    {
        var properties = Translate(("group.id", "g"), ("auto.offset.reset", "latest"));
        Assert.Equal(("g", "latest", "b:9092"), (properties.GroupId, properties.AutoOffsetReset, properties.Brokers));
        Assert.Null(ValueOf(properties, "auto.offset.reset"));
    }

    [Fact]
    public void An_empty_endpoint_identification_disables_it_and_warns()
    {
        Assert.Equal("none", ValueOf(Translate(("ssl.endpoint.identification.algorithm", "")), "ssl.endpoint.identification.algorithm"));
        Assert.Contains("may be any other host's", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Equal("https", ValueOf(Translate(("ssl.endpoint.identification.algorithm", "HTTPS")), "ssl.endpoint.identification.algorithm"));
    }

    [Theory]
    [InlineData("PLAIN", Plain + " required username=\"alice\" password=\"s3cret\";", "alice", "s3cret")]
    [InlineData("PLAIN", "org.apache.flink.kafka.shaded." + Plain + " required\n  username='al ice'\n  password='a;b\"c' ;", "al ice", "a;b\"c")]
    [InlineData("SCRAM-SHA-256", Scram + " required username=\"a\" password=\"q\\\"x\\\\y\";", "a", "q\"x\\y")]
    [InlineData("SCRAM-SHA-512", Scram + " REQUIRED password=p username=u ;", "u", "p")]
    public void A_login_of_Java_becomes_a_user_and_a_password(string mechanism, string jaas, string user, string password)
    {
        var properties = Translate(("sasl.mechanism", mechanism), ("sasl.jaas.config", jaas));
        Assert.Equal(user, ValueOf(properties, "sasl.username"));
        Assert.Equal(password, ValueOf(properties, "sasl.password"));
    }

    [Theory]
    [InlineData("PLAIN", Plain + " required username=\"a\" password=\"topsecret\"", "does not end with ';'")]
    [InlineData("PLAIN", Plain + " username=\"a\" password=\"topsecret\";", "lacks the word 'required'")]
    [InlineData("PLAIN", Plain + " required username=\"a\" password=\"topsecret;", "without an end")]
    [InlineData("PLAIN", Plain + " required username=\"a\";", "names no password")]
    [InlineData("PLAIN", Plain + " required username \"topsecret\";", "lacks '='")]
    [InlineData("PLAIN", Plain + " required username=\"a\" password=\"topsecret\"; more", "goes on after ';'")]
    [InlineData("PLAIN", "com.sun.security.auth.module.Krb5LoginModule required keyTab=\"topsecret\";", "sasl.kerberos")]
    [InlineData("SCRAM-SHA-256", Plain + " required username=\"a\" password=\"topsecret\";", "needs 'properties.sasl.mechanism' = PLAIN; it is SCRAM-SHA-256")]
    public void A_login_that_cannot_be_read_is_refused_without_showing_it(string mechanism, string jaas, string expected)
    {
        var e = Assert.Throws<ConfigException>(() => Translate(("sasl.mechanism", mechanism), ("sasl.jaas.config", jaas)));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("partition:0,offset:42;partition:1,offset:300", "0=42 1=300")]
    [InlineData(" partition: 3, offset: 7 ; ", "3=7")]
    public void Specific_offsets_are_read_as_Flink_writes_them(string text, string expected) =>
        Assert.Equal(expected, string.Join(' ', SpecificOffsets.Parse(text, "o", null).OrderBy(o => o.Key).Select(o => $"{o.Key}={o.Value}")));

    [Theory]
    [InlineData("0:42")]
    [InlineData("partition:0,offset:-1")]
    [InlineData("partition:0,offset:1;partition:0,offset:2")]
    [InlineData("")]
    public void Offsets_in_another_form_are_refused(string text) => Assert.Throws<ConfigException>(() => SpecificOffsets.Parse(text, "o", null));

    private static string? ValueOf(KafkaProperties properties, string name) => properties.Settings.LastOrDefault(s => s.Name == name).Value;

    private KafkaProperties Translate(params (string Name, string Value)[] given) => Translate(ClientKind.Consumer, given);

    private KafkaProperties Translate(ClientKind kind, params (string Name, string Value)[] given) => KafkaProperties.Translate(
        [new KafkaProperty("bootstrap.servers", "b:9092", null), .. given.Select(g => new KafkaProperty(g.Name, g.Value, null))],
        kind, null, "/", new Report(false, _warnings.Add));
}
