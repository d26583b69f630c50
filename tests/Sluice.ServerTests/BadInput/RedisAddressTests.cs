using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.BadInput;

/// <summary>Redis options that do not fit the server that is there: the same sentences for the writer of a job script, for a sink table and
/// for a dimension table, before the first row and with exit code 2 (S-24, S-33 to S-35).</summary>
public sealed class RedisAddressTests : IDisposable
{
    private readonly string _folder = ServerProcess.NewFolder("address");
    private readonly TestAuthority _authority = new("Sluice test authority");

    /// <summary>Who connects.</summary>
    public static TheoryData<string> Users => ["job", "sink", "lookup"];

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static (string Name, string Value)[] At(int port, params (string, string)[] more) =>
        [("host", "127.0.0.1"), ("port", $"{port}"), ("connect.timeout", "20 s"), ("socket.timeout", "20 s"), .. more];

    private async Task EndsAsync(int code, string user, (string Name, string Value)[] options, params string[] words)
    {
        var run = await RunAsync(user, options);
        Assert.True(run.ExitCode == code, run.ToString());
        Assert.All(words, word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("S3cret", run.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("internal error", run.ToString(), StringComparison.Ordinal);
        Assert.Equal(0, run.Json.GetProperty("rowsWritten").GetInt64());
    }

    private async Task<SluiceProcess.Ended> RunAsync(string user, (string Name, string Value)[] options)
    {
        var (job, script) = (Path.Combine(_folder, "job.json"), Path.Combine(_folder, "script.sql"));
        await File.WriteAllTextAsync(job, $$"""
            { "type": "job", "version": "2.0", "steps": [
              { "stepType": "stream", "name": "r", "category": "reader", "parameter": { "sliceRecordCount": 3, "column": [{ "value": "k" }, { "value": "v" }] } },
              { "stepType": "redis", "name": "w", "category": "writer", "parameter": { "keyIndexes": 0, {{string.Join(", ", options.Select(o => $"\"{o.Name}\": \"{o.Value}\""))}} } }
            ], "order": { "hops": [{ "from": "r", "to": "w" }] } }
            """);
        await File.WriteAllTextAsync(script, $"""
            CREATE TABLE n (v STRING, p AS PROCTIME()) WITH ('connector' = 'datagen', 'number-of-rows' = '3');
            CREATE TABLE r (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED)
              WITH ('connector' = 'redis', 'mode' = 'STRING', {string.Join(", ", options.Select(o => $"'{o.Name}' = '{o.Value}'"))});
            CREATE TABLE b (v STRING) WITH ('connector' = 'blackhole');
            {(user == "sink" ? "INSERT INTO r SELECT v, v FROM n;" : "INSERT INTO b SELECT r.v FROM n JOIN r FOR SYSTEM_TIME AS OF n.p ON n.v = r.k;")}
            """);
        return await SluiceProcess.RunInsideAsync([.. user == "job" ? (string[])["run", job] : ["sql", script], "--json"], _ => null);
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_server_of_another_kind_is_told_with_what_to_change(string user)
    {
        await using var single = await RedisServer.StartNewAsync();
        await using var node = await RedisServer.StartNewAsync("--cluster-enabled", "yes", "--cluster-port", $"{ServerProcess.FreePort()}");
        await using var group = await SentinelGroup.StartAsync();
        await EndsAsync(2, user, At(single.Port, ("clusterMode", "true")), $"redis 127.0.0.1:{single.Port}: the server is not a node of a Redis Cluster; remove 'redisMode' and 'clusterMode'");
        await EndsAsync(2, user, At(node.Port), $"redis 127.0.0.1:{node.Port}: the server is a node of a Redis Cluster; set 'redisMode' to ClusterMode in a job script, 'clusterMode' to true in a table");
        await EndsAsync(2, user, At(group.Ports[0]), $"redis 127.0.0.1:{group.Ports[0]}: the server is a sentinel; say by 'sentinel.master'");
        await EndsAsync(2, user, [("hostAndPorts", $"127.0.0.1:{single.Port}"), ("sentinel.master", "orders")], $"127.0.0.1:{single.Port}", "is no sentinel");
        Assert.Equal(0L, single.Command("DBSIZE"));
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task Options_that_contradict_each_other_are_named_with_their_place(string user)
    {
        var file = user == "job" ? "job.json:3:" : "script.sql:3:";
        await EndsAsync(2, user, At(1, ("clusterMode", "true"), ("dbNum", "2")), file, "'dbNum' is 2, and a Redis Cluster has database 0 alone; remove it");
        await EndsAsync(2, user, [("hostAndPorts", "a:1,b:2")], file, "'a:1,b:2' names 2 servers; one is allowed, or the sentinels of 'sentinel.master', or the nodes of a Redis Cluster");
        await EndsAsync(2, user, At(1, ("sentinel.password", "S3cret")), file, "'sentinel.password' goes with 'sentinel.master'");
        if (user == "job")
        {
            await EndsAsync(2, user, At(1, ("redisMode", "ClusterMode"), ("selectDatabase", "1")), file, "'selectDatabase' is 1, and a Redis Cluster has database 0 alone; remove it");
        }
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task A_trust_store_that_is_none_or_does_not_open_is_named(string user)
    {
        var file = user == "job" ? "job.json:3:" : "script.sql:3:";
        var text = _authority.Write(".jks", "no certificate"u8.ToArray());
        await EndsAsync(2, user, At(1, ("cacert.filepath", text)), file, $"{text}' is no certificate store; allowed: JKS, PKCS#12 and PEM");
        await EndsAsync(2, user, At(1, ("cacert.filepath", Path.Combine(_folder, "none.jks"))), file, "none.jks' cannot be read");
        var jks = _authority.Jks("right");
        await EndsAsync(2, user, At(1, ("cacert.filepath", jks), ("cacert.password", "S3cret")), file, $"{jks}' is not sealed with the password given");
        var pkcs = _authority.Pkcs12("right");
        await EndsAsync(2, user, At(1, ("cacert.filepath", pkcs), ("cacert.password", "S3cret")), file, $"{pkcs}' is a PKCS#12 store that does not open with the password given");
        await EndsAsync(2, user, At(1, ("cacert.filepath", pkcs)), file, $"{pkcs}' is a PKCS#12 store that needs its password");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task What_TLS_refuses_is_said_to_each_who_connects(string user)
    {
        string[] here = ["127.0.0.1"];
        using var stranger = new TestAuthority("Sluice test stranger");
        var trust = ("cacert.filepath", _authority.Pem);
        await using var right = await TlsRedis.StartAsync(_authority.Issue(here));
        await using var expired = await TlsRedis.StartAsync(_authority.Issue(here, to: -30));
        await using var other = await TlsRedis.StartAsync(_authority.Issue(["redis.example"]));
        await using var asking = await TlsRedis.StartAsync(_authority.Issue(here), clients: stranger.Pem);
        await EndsAsync(2, user, At(right.Port, ("cacert.filepath", stranger.Jks("x"))), $"redis 127.0.0.1:{right.Port}", "is not trusted by", "'cacert.filepath'");
        await EndsAsync(2, user, At(expired.Port, trust), $"redis 127.0.0.1:{expired.Port}", "the certificate of the server has expired on");
        await EndsAsync(2, user, At(other.Port, trust), $"redis 127.0.0.1:{other.Port}", "is for redis.example, not for 127.0.0.1");
        await EndsAsync(2, user, At(asking.Port, trust), $"redis 127.0.0.1:{asking.Port}", "the server wants a certificate of the client", "; give 'cert.filepath' (and 'cert.password')");
        await EndsAsync(2, user, At(asking.Port, trust, ("cert.filepath", _authority.Issue([]))), $"redis 127.0.0.1:{asking.Port}", "does not take the certificate of the client", "look at 'cert.filepath'");
        await EndsAsync(2, user, At(right.Port, trust, ("username", "u"), ("password", "S3cret")), $"redis 127.0.0.1:{right.Port}", "the server does not take this user and password");

        (string, string)[] quick = [("host", "127.0.0.1"), ("connect.timeout", "1 s"), ("socket.timeout", "1 s")];
        await EndsAsync(2, user, [.. quick, ("port", $"{right.Server.Port}"), trust], $"redis 127.0.0.1:{right.Server.Port}", "it seems that the port does not speak TLS");
        await EndsAsync(1, user, [.. quick, ("port", $"{right.Port}")], $"redis 127.0.0.1:{right.Port}", "the port may expect TLS; 'tls' = 'true' or 'cacert.filepath' turn it on");
    }

    [Theory]
    [MemberData(nameof(Users))]
    public async Task Trust_stores_of_each_kind_and_passwords_of_any_character_let_in(string user)
    {
        const string Password = "p@ss:/?#[]&=% é✓";
        using var clients = new TestAuthority("Sluice test clients");
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(["127.0.0.1"]), clients: clients.Pem);
        redis.Server.Command("ACL", "SETUSER", "any:one", "reset", "on", $">{Password}", "~*", "+@all");
        (string, string)[][] stores =
        [
            [("cacert.filepath", _authority.Pem)],
            [("cacert.filepath", _authority.Jks("s t")), ("cacert.password", "s t")],
            [("cacert.filepath", _authority.Jks("s t"))],
            [("cacert.filepath", _authority.Pkcs12("s✓")), ("cacert.password", "s✓")],
        ];
        (string, string)[][] certificates =
        [
            [("cert.filepath", clients.Issue([]))],
            [("cert.filepath", clients.Issue([], keyPassword: "k✓")), ("cert.password", "k✓")],
            [("cert.filepath", clients.IssuePkcs12("p")), ("cert.password", "p")],
            [("cert.filepath", clients.Issue([]))],
        ];
        foreach (var (store, certificate) in stores.Zip(certificates))
        {
            var run = await RunAsync(user, At(redis.Port, [.. store, .. certificate, ("username", "any:one"), ("password", Password)]));
            Assert.True(run.ExitCode == 0, run.ToString());
        }
    }
}
