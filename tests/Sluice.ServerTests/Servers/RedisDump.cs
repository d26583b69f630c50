namespace Sluice.ServerTests.Servers;

/// <summary>All keys of some servers, each with its type, its content, and whether it expires, as text that can be compared.</summary>
internal static class RedisDump
{
    public static SortedDictionary<string, string> Of(params IEnumerable<RedisServer> servers)
    {
        var keys = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var server in servers)
        {
            foreach (var key in ((object?[])server.Command("KEYS", "*")!).Cast<string>())
            {
                keys.Add(key, Describe(server, key));
            }
        }

        return keys;
    }

    private static string Describe(RedisServer server, string key)
    {
        var type = (string)server.Command("TYPE", key)!;
        IEnumerable<string> Items(params string[] command) => ((object?[])server.Command(command)!).Cast<string>();
        var content = type switch
        {
            "string" => [(string)server.Command("GET", key)!],
            "list" => Items("LRANGE", key, "0", "-1"),
            "set" => Items("SMEMBERS", key).Order(StringComparer.Ordinal),
            "zset" => Items("ZRANGE", key, "0", "-1", "WITHSCORES"),
            _ => Items("HGETALL", key).Chunk(2).Select(pair => $"{pair[0]}={pair[1]}").Order(StringComparer.Ordinal),
        };
        var expires = (long)server.Command("TTL", key)! > 0;
        return $"{type}{(expires ? ", expires" : "")}: {string.Join(" | ", content)}";
    }
}
