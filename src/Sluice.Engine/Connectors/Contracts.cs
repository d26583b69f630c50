using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Connectors;

/// <summary>Rows made of splits. Creating one touches no server; <see cref="PrepareAsync"/> does.</summary>
public interface ISource
{
    /// <summary>Who is read, for messages: <c>mysql 127.0.0.1:3306/shop</c>.</summary>
    string Name { get; }

    /// <summary>The columns where the script alone tells them, else null.</summary>
    Schema? Schema { get; }

    bool IsBounded { get; }

    /// <summary>Lines for <c>explain</c>, which does not connect.</summary>
    IEnumerable<string> Explain();

    /// <summary>Connects, checks that everything named exists, and cuts the source into splits.</summary>
    /// <exception cref="Errors.ConfigException">The server refuses: wrong password, missing table or column (exit 2).</exception>
    /// <exception cref="Errors.EndpointException">The server cannot be reached (exit 1).</exception>
    Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop);

    /// <summary>Reads a split from its beginning, or from after a confirmed position.</summary>
    ISplitReader Open(Split split, Position? after, RowBatchPool pool);
}

/// <summary>What a prepared source knows. <see cref="EstimatedRows"/> is null where nobody can tell cheaply.</summary>
public sealed record SourcePlan(Schema Schema, IReadOnlyList<Split> Splits, long? EstimatedRows = null);

public interface ISplitReader : IAsyncDisposable
{
    /// <summary>The next rows, which the caller then owns; null where the split has ended.</summary>
    ValueTask<RowBatch?> ReadAsync(CancellationToken stop);
}

/// <summary>Where rows go. Creating one touches no server; <see cref="PrepareAsync"/> does.</summary>
public interface ISink
{
    /// <summary>Who is written, for messages: <c>redis 127.0.0.1:6379/0</c>.</summary>
    string Name { get; }

    /// <summary>How many rows one flush takes.</summary>
    BatchSize BatchSize { get; }

    /// <summary>Checks what the script says against the columns, without connecting.</summary>
    /// <exception cref="Errors.ConfigException">An index out of range, a wrong number of columns.</exception>
    void Bind(Schema schema);

    /// <summary>Lines for <c>explain</c>: the commands per row. The columns are null where only the server knows them.</summary>
    IEnumerable<string> Explain(Schema? schema);

    /// <summary>Connects and checks the server.</summary>
    Task PrepareAsync(CancellationToken stop);

    /// <summary>The writer of one task. After <see cref="Bind"/>.</summary>
    ISinkWriter Open(TaskContext task);

    /// <summary>What <c>--dry-run</c> prints for a row: one line per command, before any merging.</summary>
    IEnumerable<string> Render(RowBatch rows, int row);
}

/// <summary>Writes the rows of one task. Each row ends in exactly one of the books: written, skipped, dirty or unknown (S-9).</summary>
public interface ISinkWriter : IAsyncDisposable
{
    /// <summary>Takes the rows over. Returns when there is room for more, not when they are acknowledged.</summary>
    ValueTask WriteAsync(RowBatch rows, CancellationToken stop);

    /// <summary>Returns when every row handed over so far is accounted for.</summary>
    ValueTask FlushAsync(CancellationToken stop);
}
