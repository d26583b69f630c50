namespace Sluice.Engine.Connectors;

/// <summary>Where the positions of one instance are kept, made by its sink (S-27, S-27a). Nothing is written before the first row is.</summary>
public interface IPositionStore : IPositionClaims, IAsyncDisposable
{
    /// <summary>What is stored where, for messages: <c>redis 127.0.0.1:6379/0, key 'sluice:job:orders'</c>.</summary>
    string Name { get; }

    /// <summary>Whether positions are written by the sink's writers, in one unit with the rows: then <see cref="SaveAsync"/> is not called,
    /// and a run always continues.</summary>
    bool IsExactlyOnce { get; }

    /// <summary>What becomes of rows that a continued run writes again, for a line that begins with them; null where nothing does.</summary>
    string? Repeats => null;

    /// <summary>What an earlier run left; null where there is nothing.</summary>
    /// <exception cref="Errors.ConfigException">A key of ours holds something else.</exception>
    /// <exception cref="Errors.RefusedException">The server does not let us read it.</exception>
    Task<StoredJob?> LoadAsync(CancellationToken stop);

    /// <summary>Takes note of the splits of this run, before the first of them is read. Their bounds are stored with the first position.</summary>
    /// <param name="continued">What was loaded and is continued; null where the run starts from the beginning: what an earlier one left
    /// goes with the first position.</param>
    void Begin(IReadOnlyList<Split> splits, StoredJob? continued);

    /// <summary>At-least-once: stores positions that are confirmed and have changed.</summary>
    /// <exception cref="Errors.EndpointException">Not now; another attempt may succeed.</exception>
    /// <exception cref="Errors.RefusedException">The server does not let us.</exception>
    /// <exception cref="Errors.ConfigException">A key of ours holds something else.</exception>
    Task SaveAsync(IReadOnlyList<SplitPosition> changed, CancellationToken stop);

    /// <summary>All splits are read to their ends and confirmed: removes what is stored, under exactly-once marks it as finished.</summary>
    Task FinishAsync(CancellationToken stop);

    /// <summary>Removes what is stored (<c>--restart</c>).</summary>
    Task ForgetAsync(CancellationToken stop);
}

/// <summary>Exactly-once: says where a split goes on, to one run at a time.</summary>
public interface IPositionClaims
{
    /// <summary>Fences whoever owned the split before, and tells how far it is as stored now.</summary>
    /// <exception cref="NotSupportedException">Positions are not guarded here.</exception>
    Task<SplitStart> ClaimAsync(Split split, CancellationToken stop);

    /// <summary>Whether a batch must hold rows of one split only, and say so in <see cref="Rows.RowBatch.Split"/>.</summary>
    bool KeepsSplitsApart => false;
}

/// <summary>Where a split goes on.</summary>
/// <param name="After">Everything up to it is written; null: nothing is.</param>
/// <param name="Cuts">Positions behind it, in order, up to each of which some rows are written and some are not. A batch must end at each
/// of them, at this very position, and until it has reached the next of them the batches before it are <see cref="Rows.RowBatch.IsOpen"/>.</param>
public readonly record struct SplitStart(Position? After, IReadOnlyList<Position> Cuts)
{
    public static SplitStart Of(Position? after) => new(after, []);
}

/// <summary>What a store holds of an instance.</summary>
/// <param name="FinishedAt">When it had read and written everything; null where it has not.</param>
/// <param name="Splits">The splits of its first run, in their order.</param>
/// <param name="Positions">By the id of the split. One that is at its end has <see cref="Position.IsEnd"/>.</param>
public sealed record StoredJob(
    Fingerprint Fingerprint, DateTimeOffset? FinishedAt, IReadOnlyList<StoredSplit> Splits, IReadOnlyDictionary<string, Position> Positions);

/// <summary>A split as it was stored.</summary>
/// <param name="State"><see cref="Split.State"/>.</param>
public sealed record StoredSplit(string Id, string? State);
