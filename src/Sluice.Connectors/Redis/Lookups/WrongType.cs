using System.Text;
using Sluice.Engine.Errors;
using Sluice.Redis.Pipelining;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Says that a key holds another type than the table reads (S-28).</summary>
internal static class WrongType
{
    /// <summary>Asks the server what the key holds.</summary>
    /// <param name="key">As it is in Redis.</param>
    /// <param name="index">Of the key that was looked up; null where it was none.</param>
    public static async Task<DataException> OfAsync(RedisLookupSettings settings, ReadPipeline server, byte[] key, int? index, CancellationToken stop)
    {
        var holds = await server.CallAsync(["TYPE"u8.ToArray(), key], stop) as string;

        // It may have changed since.
        var found = holds is null or "none" || holds == settings.Mode.RedisType ? "something else" : Noun(holds);
        var advice = settings.HashName is null ? "change the table's mode, or the key in Redis" : "name another key, or change that one in Redis";
        return new DataException($"table '{settings.Columns.Table.Name}': key '{Encoding.UTF8.GetString(key)}' holds {found}, and {settings.Mode.Title} reads {Noun(settings.Mode.RedisType)}; {advice}") { Key = index };
    }

    private static string Noun(string type) => type switch
    {
        "string" => "a string",
        "list" => "a list",
        "set" => "a set",
        "zset" => "a sorted set",
        "hash" => "a hash",
        "stream" => "a stream",
        _ => $"a value of type {type}",
    };
}
