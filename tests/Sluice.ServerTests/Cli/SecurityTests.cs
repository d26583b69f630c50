using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Cli;

/// <summary>TLS and sentinels as a user has them: files beside the script, a process, an exit code (S-8, S-34, S-35).</summary>
public sealed class SecurityTests : IDisposable
{
    private const string Waits = """ "connect.timeout": "20 s", "socket.timeout": "20 s" """;

    private readonly TestAuthority _authority = new("Sluice test authority");
    private readonly string _folder = ServerProcess.NewFolder("secure");

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private void Job(string redis)
    {
        File.WriteAllText(Path.Combine(_folder, "datasources.json"), $$"""{ "cache": { "redis": { {{redis}} } } }""");
        File.WriteAllText(Path.Combine(_folder, "job.json"), """
            {
              "type": "job", "version": "2.0",
              "steps": [
                { "stepType": "stream", "name": "r", "category": "reader", "parameter": { "sliceRecordCount": 7, "column": [{ "value": "k" }, { "value": "v" }] } },
                { "stepType": "redis", "name": "w", "category": "writer", "parameter": { "datasource": "cache", "keyIndexes": 0, "writeMode": { "type": "list" } } }
              ],
              "order": { "hops": [{ "from": "r", "to": "w" }] }, "setting": { "errorLimit": { "record": 0 } }
            }
            """);
    }

    private void Script(string options) => File.WriteAllText(Path.Combine(_folder, "script.sql"), $"""
        CREATE TABLE sink (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'STRING', {options}, 'connect.timeout' = '20 s', 'socket.timeout' = '20 s');
        CREATE TABLE dim (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED) WITH ('connector' = 'redis', 'mode' = 'STRING', {options}, 'connect.timeout' = '20 s', 'socket.timeout' = '20 s');
        INSERT INTO sink SELECT CONCAT('copy of ', k), v FROM dim;
        """);

    private async Task EndsAsync(int code, string command, string script, params string[] words)
    {
        var run = await SluiceProcess.RunAsync(_folder, [command, script, .. command == "check" ? [] : (string[])["--json"]]);
        Assert.True(run.ExitCode == code, run.ToString());
        Assert.All(words, word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
        Assert.DoesNotContain("internal error", run.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", run.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_takes_its_trust_store_from_beside_the_script()
    {
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(["localhost"]));
        File.Copy(_authority.Jks("S3cret"), Path.Combine(_folder, "ca.jks"));
        var at = $""" "host": "localhost", "port": {redis.Port}, {Waits} """;

        Job($"""{at}, "cacert.filepath": "ca.jks", "cacert.password": "S3cret" """);
        await EndsAsync(0, "run", "job.json");
        Assert.Equal(7L, redis.Server.Command("LLEN", "k"));

        Job($"""{at}, "cacert.filepath": "ca.jks", "cacert.password": "not the S3cret" """);
        await EndsAsync(2, "check", "job.json", "datasources.json", "ca.jks' is not sealed with the password given");
        Job($"""{at}, "cacert.filepath": "datasources.json" """);
        await EndsAsync(2, "run", "job.json", "is no certificate store; allowed: JKS, PKCS#12 and PEM");
        Job($"""{at}, "tls": true """);
        await EndsAsync(2, "run", "job.json", $"localhost:{redis.Port}", "not trusted by the system's authorities");
        using (var trusting = SluiceProcess.StartProgram("/bin/sh", _folder, "-c", $"SSL_CERT_FILE='{_authority.Pem}' dotnet '{Path.Combine(AppContext.BaseDirectory, "sluice.dll")}' run job.json"))
        {
            // The same, where the system knows the authority.
            Assert.Equal(0, (await trusting.EndAsync()).ExitCode);
            Assert.Equal(14L, redis.Server.Command("LLEN", "k"));
        }

        Job($""" "host": "127.0.0.1", "port": {redis.Port}, {Waits}, "cacert.filepath": "ca.jks" """);
        await EndsAsync(2, "run", "job.json", "is for localhost, not for 127.0.0.1");
        Job($""" "host": "localhost", "port": {redis.Port}, "connect.timeout": "1 s" """);
        await EndsAsync(1, "run", "job.json", "the port may expect TLS", "'cacert.filepath'");
        Assert.Equal(14L, redis.Server.Command("LLEN", "k"));
    }

    [Fact]
    public async Task Tables_of_a_script_are_read_and_written_encrypted_with_a_certificate_of_the_client()
    {
        using var clients = new TestAuthority("Sluice test clients");
        await using var redis = await TlsRedis.StartAsync(_authority.Issue(["localhost"]), clients: clients.Pem);
        redis.Server.Command("MSET", "a", "1", "b", "2");
        File.Copy(_authority.Pkcs12("S3cret"), Path.Combine(_folder, "ca.p12"));
        File.Copy(clients.Issue([], keyPassword: "S3cret"), Path.Combine(_folder, "client.pem"));
        var at = $"'host' = 'localhost', 'port' = '{redis.Port}', 'cacert.filepath' = 'ca.p12', 'cacert.password' = 'S3cret'";

        Script($"{at}, 'cert.filepath' = 'client.pem', 'cert.password' = 'S3cret'");
        await EndsAsync(0, "sql", "script.sql");
        Assert.Equal("2", redis.Server.Command("GET", "copy of b"));
        Assert.Equal(4L, redis.Server.Command("DBSIZE"));

        Script(at);
        await EndsAsync(2, "sql", "script.sql", "the server wants a certificate of the client", "'cert.filepath'");
        Script($"{at}, 'cert.filepath' = 'client.pem', 'cert.password' = 'no S3cret'");
        await EndsAsync(2, "sql", "script.sql", "script.sql:1:", "client.pem' holds a key that the password given does not open");
        Assert.Equal(4L, redis.Server.Command("DBSIZE"));
    }

    [Fact]
    public async Task Tables_of_a_script_are_those_of_the_master_that_sentinels_name()
    {
        await using var group = await SentinelGroup.StartAsync(sentinels: 2);
        group.Master.Command("MSET", "a", "1", "b", "2");
        await group.KillSentinelAsync(0);
        Script($"'hostAndPorts' = '{group.HostAndPorts}', 'sentinel.master' = '{SentinelGroup.Name}'");
        await EndsAsync(0, "sql", "script.sql");
        Assert.Equal("1", group.Master.Command("GET", "copy of a"));

        Script($"'hostAndPorts' = '{group.HostAndPorts}', 'sentinel.master' = 'customers'");
        await EndsAsync(2, "sql", "script.sql", $"127.0.0.1:{group.Ports[1]}", "knows no master 'customers'; it knows orders");
        Script($"'host' = '127.0.0.1', 'port' = '{group.Ports[1]}'");
        await EndsAsync(2, "sql", "script.sql", "the server is a sentinel", "'sentinel.master'");
    }
}
