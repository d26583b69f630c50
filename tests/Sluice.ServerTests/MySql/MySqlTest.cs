using System.Text.Json;
using System.Text.Json.Nodes;
using Sluice.Engine.Connectors;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

/// <summary>What the tests of the MySQL source share: parameters that reach the server of the collection.</summary>
[Collection(MariaDbCollection.Name)]
public abstract class MySqlTest(MariaDbServer server)
{
    protected MariaDbServer Server { get; } = server;

    /// <summary>Parameters of a step: the connection to the test's database, and what <paramref name="more"/> adds or replaces.</summary>
    protected string Parameters(string database, string more)
    {
        var parameters = new JsonObject
        {
            ["host"] = Server.Host,
            ["port"] = Server.Port,
            ["username"] = MariaDbServer.User,
            ["password"] = MariaDbServer.Password,
            ["database"] = database,
            ["sslMode"] = "disabled",
        };
        foreach (var (name, value) in JsonNode.Parse(more)!.AsObject())
        {
            parameters[name] = value?.DeepClone();
        }

        return JsonSerializer.Serialize(parameters);
    }

    protected ISource Source(string database, string more) => SourceRun.Create("mysql", Parameters(database, more));

    protected async Task<List<string?[]>> ReadAsync(string database, string more, int parallelism = 1) =>
        await SourceRun.ReadAsync(Source(database, more), parallelism);
}
