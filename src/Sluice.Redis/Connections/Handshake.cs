using System.Globalization;
using Sluice.Redis.Protocol;
using Sluice.Redis.Security;

namespace Sluice.Redis.Connections;

/// <summary>What is said before the first command: protocol, authentication, database. HELLO answers who the server is;
/// one without HELLO is spoken to in RESP2 and asked by INFO,
/// which also tells one start of a server from the next.</summary>
internal static class Handshake
{
    public static async Task<RedisServer> PerformAsync(RedisConnection connection, RedisOptions options, CancellationToken stop)
    {
        var hello = options.Protocol == 3 ? await HelloAsync(connection, options, stop) : null;
        if (hello is null)
        {
            await AuthenticateAsync(connection, options, stop);
        }

        var server = await AskAsync(connection, hello, stop);

        // A sentinel has no databases; whoever asked for one is to see that it is a sentinel.
        if (options.Database != 0 && server.Mode != "sentinel")
        {
            try
            {
                await connection.CallAsync(stop, "SELECT", options.Database.ToString(CultureInfo.InvariantCulture));
            }
            catch (RedisServerException e) when (e.Error.Class != ErrorClass.Retry && e is not RedisSecurityException)
            {
                throw new RedisServerException(options.Endpoint, e.Error, $"database {options.Database}");
            }
        }

        await TryAsync(connection, stop, "CLIENT", "SETNAME", "sluice");
        return server;
    }

    /// <summary>Null where the server does not know HELLO, or does not let this user say it.</summary>
    private static async Task<RedisServer?> HelloAsync(RedisConnection connection, RedisOptions options, CancellationToken stop)
    {
        try
        {
            var reply = string.IsNullOrEmpty(options.Password)
                ? await connection.CallAsync(stop, "HELLO", "3")
                : await connection.CallAsync(stop, "HELLO", "3", "AUTH", options.Username ?? "default", options.Password);
            var fields = Pairs(reply as object?[] ?? []);
            return new RedisServer(
                Version.TryParse(fields.GetValueOrDefault("version") as string, out var version) ? version : null,
                fields.GetValueOrDefault("mode") as string,
                fields.GetValueOrDefault("id") as long?,
                3);
        }
        catch (RedisServerException e) when (e.Error.Class == ErrorClass.Record || e.Error.Text.StartsWith("NOPERM", StringComparison.Ordinal)
            || e.Error.Text.StartsWith("NOPROTO", StringComparison.Ordinal) || e.Error.Text.StartsWith("ERR unknown command", StringComparison.Ordinal))
        {
            return null;
        }
        catch (RedisServerException e) when (e.Error.Class == ErrorClass.Stop && e is not RedisSecurityException)
        {
            throw new RedisServerException(options.Endpoint, e.Error, "authentication");
        }
    }

    private static async Task AuthenticateAsync(RedisConnection connection, RedisOptions options, CancellationToken stop)
    {
        if (string.IsNullOrEmpty(options.Password))
        {
            return;
        }

        try
        {
            await (options.Username is { } user
                ? connection.CallAsync(stop, "AUTH", user, options.Password)
                : connection.CallAsync(stop, "AUTH", options.Password));
        }
        catch (RedisServerException e) when (e.Error.Class != ErrorClass.Retry && e is not RedisSecurityException)
        {
            throw new RedisServerException(options.Endpoint, e.Error with { Class = ErrorClass.Stop }, "authentication");
        }
    }

    private static async Task<RedisServer> AskAsync(RedisConnection connection, RedisServer? hello, CancellationToken stop)
    {
        var info = await TryAsync(connection, stop, "INFO", "server") as string ?? "";
        var fields = info.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2)
            .GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.First()[1]);
        var runId = fields.GetValueOrDefault("run_id");
        return hello is not null ? hello with { RunId = runId } : new RedisServer(
            Version.TryParse(fields.GetValueOrDefault("redis_version"), out var version) ? version : null,
            fields.GetValueOrDefault("redis_mode"),
            await TryAsync(connection, stop, "CLIENT", "ID") as long?,
            2,
            runId);
    }

    /// <summary>For commands that a server or its ACL may lack without harm. Authentication that is still missing is no such case.</summary>
    private static async Task<object?> TryAsync(RedisConnection connection, CancellationToken stop, params string[] command)
    {
        try
        {
            return await connection.CallAsync(stop, command);
        }
        catch (RedisServerException e) when (!e.Error.Text.StartsWith("NOAUTH", StringComparison.Ordinal) && e.Error.Class != ErrorClass.Retry && e is not RedisSecurityException)
        {
            return null;
        }
    }

    private static Dictionary<string, object?> Pairs(object?[] items)
    {
        var pairs = new Dictionary<string, object?>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < items.Length; i += 2)
        {
            pairs[items[i] as string ?? ""] = items[i + 1];
        }

        return pairs;
    }
}
