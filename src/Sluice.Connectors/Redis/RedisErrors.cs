using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;
using Sluice.Redis.Security;
using Sluice.Redis.Sentinels;

namespace Sluice.Connectors.Redis;

/// <summary>What to do about the errors that end a job, in a sentence beside the server's own words.</summary>
internal static class RedisErrors
{
    public const string HowToCluster = "set 'redisMode' to ClusterMode in a job script, 'clusterMode' to true in a table or a data source";

    /// <summary>What to do about a connection that ended before the first answer; null where there is nothing to say.</summary>
    public static string? Explain(TlsDoubt doubt) => doubt switch
    {
        TlsDoubt.MayExpectTls => "'tls' = 'true' or 'cacert.filepath' turn it on",
        TlsDoubt.MayNotSpeakTls => "it seems that the port does not speak TLS: give the TLS port of the server, or leave 'tls' and 'cacert.filepath' out to speak in plain text",
        _ => null,
    };

    public static string Explain(RedisServerException e) => e switch
    {
        RedisSecurityException tls => tls.Error.Text + Advice(tls.Problem),
        SentinelException { Problem: SentinelProblem.UnknownMaster } sentinel => $"{sentinel.Error.Text}; look at 'sentinel.master'",
        SentinelException { Problem: SentinelProblem.NoSentinel } sentinel => $"{sentinel.Error.Text}; with 'sentinel.master' 'hostAndPorts' are the addresses of sentinels",
        SentinelException sentinel => $"the sentinel does not let this client ask; look at 'sentinel.password' and 'sentinel.username': {sentinel.Error.Text}",
        _ => ExplainReply(e),
    };

    private static string Advice(TlsProblem problem) => problem switch
    {
        TlsProblem.NotTrusted => "; name the authority that signed it in 'cacert.filepath'",
        TlsProblem.Expired or TlsProblem.NotYetValid => "; the server needs another one (or this machine's clock is wrong)",
        TlsProblem.OtherHost => "; reach the server by one of its names, or let its certificate be made for this one",
        TlsProblem.NotTls => "; give the TLS port of the server, or leave 'tls' and 'cacert.filepath' out to speak in plain text",
        TlsProblem.ClientCertificateWanted => "; give 'cert.filepath' (and 'cert.password')",
        TlsProblem.ClientCertificateRefused => "; look at 'cert.filepath'",
        _ => "",
    };

    /// <summary>What to do where a server goes on refusing to write because it is no master; else nothing.</summary>
    public static string AdviceOfReplica(string text) =>
        text.Contains("READONLY ", StringComparison.Ordinal) ? "; this is a replica: give the address of its master, or 'sentinel.master'" : "";

    private static string MayNot(string text) =>
        $"this user may not do what the job needs; let it (ACL SETUSER): {MissingRight(text)}; or give another 'username' (docs/connectors/redis.md tells what each write mode needs): {text}";

    /// <summary>Not every version says which command or key it was about.</summary>
    private static string MissingRight(string text)
    {
        var command = Between(text, "to run the '", "' command");
        var isKey = text.Contains("access", StringComparison.Ordinal) && text.Contains("key", StringComparison.Ordinal);
        return command is not null ? $"+{command}"
            : isKey ? $"a pattern '~...' that {(Between(text, "access the '", "' key") is { } key ? $"'{key}' fits" : "the keys of the job fit")}"
            : "what the scripts of the job call (such as +type +del +pexpire)";
    }

    private static string? Between(string text, string before, string after)
    {
        var start = text.IndexOf(before, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf(after, start + before.Length, StringComparison.Ordinal);
        return end < 0 ? null : text[(start + before.Length)..end];
    }

    private static string ExplainReply(RedisServerException e)
    {
        var text = e.Error.Text;
        var code = text.Split(' ', 2)[0];
        return code switch
        {
            "NOAUTH" => $"the server wants a password, give 'password' (and 'username'): {text}",
            "WRONGPASS" => $"the server does not take this user and password: {text}",
            "NOPERM" => MayNot(text),
            _ when ServerError.IsDeniedInScript(text) || text.Contains("because of: NOPERM ", StringComparison.Ordinal) => MayNot(text),
            "MOVED" or "ASK" or "CROSSSLOT" => $"the server is a node of a Redis Cluster; {HowToCluster}: {text}",
            _ when text.Contains("not allowed in cluster mode", StringComparison.Ordinal) => $"the server is a node of a Redis Cluster; {HowToCluster}: {text}",
            _ when text.Contains("DB index", StringComparison.OrdinalIgnoreCase) => $"there is no such database ('selectDatabase', 'dbNum'): {text}",
            _ when text.StartsWith("ERR unknown command", StringComparison.Ordinal) => $"the server lacks a command that the job needs: {text}",
            // Who prints it names the server before it.
            _ => e.Message[(e.Endpoint.Length + 2)..],
        };
    }
}
