using System.Text;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>A record in Redis, a hash, that says how far something is. Whoever claims it is its owner, and only he moves it on:
/// in one transaction with what the position covers, which fails as a whole once somebody else has claimed the record.</summary>
public sealed class Guard
{
    public const string PositionField = "position";
    public const string OwnerField = "owner";

    /// <summary>In a cluster: the positions up to which slots may be ahead of <see cref="Position"/>, one in a line.</summary>
    public const string AheadField = "ahead";

    private readonly byte[] _key;
    private bool _hasBegun;

    internal Guard(string key, string owner, string? position)
    {
        (Key, Owner, Position) = (key, owner, position);
        _key = Encoding.UTF8.GetBytes(key);
    }

    public string Key { get; }

    /// <summary>Nobody else's: each claim has another one.</summary>
    public string Owner { get; }

    /// <summary>What the record says, as far as we know; null where there is none yet.</summary>
    public string? Position { get; internal set; }

    /// <summary>A command that goes with the position that makes the record; null: none.</summary>
    public IReadOnlyList<string>? FirstCommand { get; init; }

    /// <summary>In a cluster, where a unit cannot leave its slot: the positions of the slots. Else null.</summary>
    public SlotPositions? Slots { get; set; }

    /// <summary>Positions behind <see cref="Position"/> up to each of which some slots may be and others not, in order.</summary>
    public IReadOnlyList<string> Ahead { get; set; } = [];

    /// <summary>Where the split is read from, said before anything of it is written. In a cluster the record must tell: a part of the first unit
    /// may be there when a run has ended, and nothing else would say where that began.</summary>
    public void BeginAt(string? position)
    {
        if (Position is null && !_hasBegun)
        {
            Position = position;
        }

        _hasBegun = true;
    }

    /// <summary>Makes an existing record ours. One that is not there yet is made by the first unit.</summary>
    /// <param name="first"><see cref="FirstCommand"/>.</param>
    /// <returns>Null where the key holds a hash that is no such record.</returns>
    /// <exception cref="RedisServerException">The key is of another type, or the server refuses.</exception>
    public static async Task<Guard?> ClaimAsync(RedisConnection connection, string key, string owner, IReadOnlyList<string>? first, CancellationToken stop)
    {
        while (true)
        {
            await connection.CallAsync(stop, "WATCH", key);
            try
            {
                if (await connection.CallAsync(stop, "HGETALL", key) is not object?[] { Length: > 0 } fields)
                {
                    return new Guard(key, owner, null) { FirstCommand = first };
                }

                if (!IsRecord(fields))
                {
                    return null;
                }

                var (position, ahead) = (ValueOf(fields, PositionField), ValueOf(fields, AheadField));

                await connection.CallAsync(stop, "MULTI");
                await connection.CallAsync(stop, "HSET", key, OwnerField, owner);
                if (await connection.CallAsync(stop, "EXEC") is not null)
                {
                    return new Guard(key, owner, position) { FirstCommand = first, Ahead = ahead?.Split('\n', StringSplitOptions.RemoveEmptyEntries) ?? [] };
                }

                // Its owner was still at work; from now on he is not.
            }
            finally
            {
                await UnwatchAsync(connection, stop);
            }
        }
    }

    /// <summary>Whether a hash is such a record.</summary>
    /// <param name="fields">Its fields and values in turn.</param>
    public static bool IsRecord(object?[] fields) =>
        (ValueOf(fields, PositionField) ?? ValueOf(fields, AheadField)) is not null && ValueOf(fields, OwnerField) is not null;

    /// <summary>Ends every watch of a connection, and the transaction that a refusal has left open. One that is lost has forgotten them.</summary>
    public static async Task UnwatchAsync(RedisConnection connection, CancellationToken stop)
    {
        if (await TryAsync(connection, "UNWATCH", stop) is not "OK")
        {
            // It was queued, or refused as everything in a transaction is without memory.
            await TryAsync(connection, "DISCARD", stop);
        }
    }

    private static async Task<object?> TryAsync(RedisConnection connection, string command, CancellationToken stop)
    {
        try
        {
            return await connection.CallAsync(stop, command);
        }
        catch (Exception e) when (e is RedisConnectionException or RedisServerException)
        {
            // What went wrong before is what the caller should hear of.
            return null;
        }
    }

    internal void WriteKey(RespWriter to) => to.Bulk(_key);

    /// <summary>Asks for what <see cref="IsAt"/> compares.</summary>
    internal void WriteRead(RespWriter to)
    {
        to.Begin(4);
        to.Bulk("HMGET"u8);
        to.Bulk(_key);
        to.Bulk("position"u8);
        to.Bulk("owner"u8);
    }

    /// <returns>How many commands.</returns>
    internal int WriteMove(RespWriter to, string position)
    {
        var isNew = Position is null;
        to.Begin(isNew ? 6 : 4);
        to.Bulk("HSET"u8);
        to.Bulk(_key);
        to.Bulk("position"u8);
        to.Bulk(Encoding.UTF8.GetBytes(position));
        if (!isNew)
        {
            return 1;
        }

        to.Bulk("owner"u8);
        to.Bulk(Encoding.UTF8.GetBytes(Owner));
        if (FirstCommand is null)
        {
            return 1;
        }

        to.Begin(FirstCommand.Count);
        foreach (var argument in FirstCommand)
        {
            to.Bulk(Encoding.UTF8.GetBytes(argument));
        }

        return 2;
    }

    /// <summary>Whether the record is ours and at that position; of a null one, whether there is no record.</summary>
    internal bool IsAt(string? position, GuardState found) => position is null
        ? found is { Position: null, Owner: null }
        : found.Position == position && found.Owner == Owner;

    private static string? ValueOf(object?[] fields, string name)
    {
        for (var i = 0; i + 1 < fields.Length; i += 2)
        {
            if (fields[i] is string field && field == name)
            {
                return fields[i + 1] as string;
            }
        }

        return null;
    }
}

/// <summary>What a record says; null: nothing.</summary>
internal readonly record struct GuardState(string? Position, string? Owner);

/// <summary>Where a guard is when the commands of a block have been applied.</summary>
/// <param name="IsLast">No other move of this guard follows.</param>
internal readonly record struct GuardMove(Guard Guard, string Position, bool IsLast);

/// <summary>A position is not where its owner left it: the unit was not applied, and none after it will be.</summary>
/// <param name="key">Where it stands.</param>
/// <param name="ours">Where we left it; null: there was none.</param>
/// <param name="found">What it says instead; null: there is none.</param>
/// <param name="owner">Who claimed it last; null where that is not known.</param>
public sealed class GuardException(string endpoint, string key, string? ours, string? found, string? owner)
    : Exception($"{endpoint}: '{key}' was at '{ours}' and is at '{found}'")
{
    public string Endpoint { get; } = endpoint;

    public string Key { get; } = key;

    public string? Ours { get; } = ours;

    public string? Found { get; } = found;

    public string? Owner { get; } = owner;

    /// <summary>What stands there is no position at all.</summary>
    public bool IsForeign { get; init; }
}
