using Sluice.Engine.Execution;
using Sluice.Engine.Lookup;

namespace Sluice.Engine.Connectors;

/// <summary>A dimension table: its rows are found by their key (S-28). It only reads; caches, order and repetition are the engine's.
/// Creating one touches no server; <see cref="PrepareAsync"/> does.</summary>
public interface ILookup
{
    /// <summary>Who is asked, for messages: <c>redis 127.0.0.1:6379/0</c>.</summary>
    string Name { get; }

    /// <summary>The columns that were asked for, as records hold them.</summary>
    RecordLayout Layout { get; }

    LookupSettings Settings { get; }

    /// <summary>Lines for <c>explain</c>: the commands per lookup.</summary>
    IEnumerable<string> Explain();

    /// <summary>Connects and checks the server.</summary>
    /// <exception cref="Errors.ConfigException">The server is none that can be asked.</exception>
    /// <exception cref="Errors.EndpointException">It cannot be reached.</exception>
    /// <exception cref="Errors.RefusedException">It refuses.</exception>
    Task PrepareAsync(TaskContext task, CancellationToken stop);

    /// <summary>The reader of one task, with connections of its own. After <see cref="PrepareAsync"/>.</summary>
    /// <param name="invalidations">Told which keys have changed, where <see cref="LookupSettings.Tracks"/>; else null.</param>
    ILookupReader Open(TaskContext task, IInvalidations? invalidations);

    /// <summary>Reads the whole table (S-30). A key may come more than once: the last row counts.</summary>
    /// <exception cref="Errors.EndpointException">The server failed on the way; what was added so far is to be thrown away.</exception>
    Task LoadAsync(TaskContext task, ITableLoad into, CancellationToken stop);
}

/// <summary>Asks for rows. Several reads may be under way at a time; they are started by one caller.</summary>
public interface ILookupReader : IAsyncDisposable
{
    /// <summary>Finds the rows of distinct keys: <paramref name="found"/> is reset and filled. Does not repeat what fails.</summary>
    /// <exception cref="Errors.EndpointException">A passing failure (S-31a): the same read may be tried again.</exception>
    /// <exception cref="Errors.RefusedException">The server refuses for good.</exception>
    /// <exception cref="Errors.DataException">A key of another type, or a text that is no value of its column.</exception>
    Task ReadAsync(KeyBatch keys, FoundRows found, CancellationToken stop);
}

/// <summary>Takes the rows of a whole table, in batches, from one caller.</summary>
public interface ITableLoad
{
    /// <summary>Copies what is found; keys without a row are left out.</summary>
    void Add(KeyBatch keys, FoundRows found);
}

/// <summary>Told by whoever watches a table which of its rows are no longer what they were. From any thread.</summary>
public interface IInvalidations
{
    /// <summary>The row of a key has changed: entries are dropped, and reads that began before do not make new ones.</summary>
    void Drop(ReadOnlySpan<byte> key);

    /// <summary>Nothing is known any more, of any key.</summary>
    void DropAll();
}
