using Sluice.Redis.Connections;

namespace Sluice.Redis.Units;

/// <summary>Tries, before anything is written to a cluster exactly once, whether the user may do what that takes.</summary>
public static class SlotRights
{
    /// <summary>Runs what writes nothing.</summary>
    /// <param name="key">A key of ours: a hash, or nothing.</param>
    /// <param name="bySlot">Whether slots have positions, which are moved on by a script that is called by its hash.</param>
    /// <exception cref="RedisServerException">The user may not, or the server refuses for another reason.</exception>
    public static async Task TryAsync(RedisConnection connection, string key, bool bySlot, CancellationToken stop)
    {
        await connection.CallAsync(stop, "HDEL", key, "");

        // Behind where it is to go: covered, and so nothing is done.
        string[] arguments = ["1", key, "", "", "-1", "-1", "-1", ""];
        await TryScriptAsync(connection, ["EVAL", SlotScripts.ApplyText, .. arguments], stop);
        if (bySlot)
        {
            await TryScriptAsync(connection, ["EVALSHA", SlotScripts.ApplyHash, .. arguments], stop);
        }
    }

    private static async Task TryScriptAsync(RedisConnection connection, string[] call, CancellationToken stop)
    {
        try
        {
            await connection.CallAsync(stop, call);
        }
        catch (RedisServerException e) when (e.Error.Text.Contains(SlotScripts.Covered, StringComparison.Ordinal) || e.Error.Text.Contains(SlotScripts.Foreign, StringComparison.Ordinal))
        {
            // It ran. A key that holds something else is told by whoever reads it.
        }
    }
}
