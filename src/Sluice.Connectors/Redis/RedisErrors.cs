using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis;

/// <summary>What to do about the errors that end a job, in a sentence beside the server's own words.</summary>
internal static class RedisErrors
{
    public const string HowToCluster = "set 'redisMode' to ClusterMode in a job script, 'clusterMode' to true in a table or a data source";

    public static string Explain(RedisServerException e)
    {
        var text = e.Error.Text;
        var code = text.Split(' ', 2)[0];
        return code switch
        {
            "NOAUTH" => $"the server wants a password, give 'password' (and 'username'): {text}",
            "WRONGPASS" => $"the server does not take this user and password: {text}",
            "NOPERM" => $"this user may not do what the job needs; let it (ACL SETUSER), or give another 'username': {text}",
            "MOVED" or "ASK" => $"the server is a node of a Redis Cluster; {HowToCluster}: {text}",
            _ when text.Contains("not allowed in cluster mode", StringComparison.Ordinal) => $"the server is a node of a Redis Cluster; {HowToCluster}: {text}",
            _ when text.Contains("DB index", StringComparison.OrdinalIgnoreCase) => $"there is no such database ('selectDatabase', 'dbNum'): {text}",
            _ when text.StartsWith("ERR unknown command", StringComparison.Ordinal) => $"the server lacks a command that the job needs: {text}",
            _ => e.Message,
        };
    }
}
