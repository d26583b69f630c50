using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Examples;

/// <summary>What an example needs beside the Redis of all others: the entry of <c>datasources.json</c> is made to lead there.</summary>
internal sealed class ExampleServer : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _servers = [];

    /// <summary>Sends a command past the program.</summary>
    public Func<string[], object?> Command { get; private set; } = _ => null;

    /// <param name="name">The entry.</param>
    /// <param name="folder">Where the examples are run.</param>
    public static async Task<ExampleServer> StartAsync(string name, string folder)
    {
        var made = new ExampleServer();
        var (from, to) = name switch
        {
            "cluster" => ("127.0.0.1:7000,127.0.0.1:7001,127.0.0.1:7002", await made.ClusterAsync()),
            "secure" => ("6380", await made.TlsAsync(folder)),
            _ => ("127.0.0.1:26379,127.0.0.1:26380,127.0.0.1:26381", await made.SentinelsAsync()),
        };
        var file = Path.Combine(folder, "datasources.json");
        var text = await File.ReadAllTextAsync(file);
        Assert.Contains(from, text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, text.Replace(from, to, StringComparison.Ordinal));
        return made;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    private async Task<string> ClusterAsync()
    {
        var cluster = new RedisCluster();
        _servers.Add(cluster);
        await cluster.InitializeAsync();
        Command = cluster.Command;
        return cluster.Seeds;
    }

    private async Task<string> TlsAsync(string folder)
    {
        using var authority = new TestAuthority("Sluice example authority");
        var redis = await TlsRedis.StartAsync(authority.Issue(["localhost", "127.0.0.1"]), clients: authority.Pem);
        _servers.Add(redis);
        File.Copy(authority.Pem, Path.Combine(folder, "ca.pem"));
        File.Copy(authority.Issue([]), Path.Combine(folder, "client.pem"));
        Command = redis.Server.Command;
        return $"{redis.Port}";
    }

    private async Task<string> SentinelsAsync()
    {
        var group = await SentinelGroup.StartAsync();
        _servers.Add(group);
        Command = group.Master.Command;
        return group.HostAndPorts;
    }
}
