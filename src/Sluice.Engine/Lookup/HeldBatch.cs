using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Lookup;

/// <summary>A batch that a join has taken over and not handed on yet: what is known of its rows, and the read that will tell the rest.
/// Used again for other batches.</summary>
internal sealed class HeldBatch
{
    /// <summary>The row has no match.</summary>
    public const int NoRow = -1;

    /// <summary>The row's match stands in <see cref="Output"/>, at the row's own index.</summary>
    public const int Matched = -2;

    /// <summary>The row has been handed on already.</summary>
    public const int Gone = -3;

    private RowBatch? _input;

    /// <summary>The rows that came in; owned.</summary>
    public RowBatch Input => _input ?? throw new InvalidOperationException("the batch has been handed on");

    /// <summary>Where the table's columns are put together; owned. Null after some rows have left.</summary>
    public RowBatch? Output { get; set; }

    /// <summary>For each row: one of the above, or the index of the key that is asked for.</summary>
    public int[] Answers { get; private set; } = [];

    /// <summary>Rows that wait for a key.</summary>
    public int Waiting { get; set; }

    /// <summary>Rows without a match, of those that are answered and have not left.</summary>
    public int Unmatched { get; set; }

    /// <summary>Rows with a match, of those that are answered and have not left.</summary>
    public int Found { get; set; }

    /// <summary>Bytes of values that have left with rows.</summary>
    public long BytesGone { get; set; }

    /// <summary>The keys that are asked for.</summary>
    public KeyBatch Keys { get; } = new();

    /// <summary>Of the keys.</summary>
    public int[] Hashes = new int[64];

    /// <summary>What the read has found.</summary>
    public FoundRows Rows { get; } = new();

    /// <summary>Ends when the answers are there.</summary>
    public Task Reading { get; set; } = Task.CompletedTask;

    /// <summary>Whether the batch leaves after those that came before it, and before those that come after it.</summary>
    public bool KeepsPlace { get; set; }

    /// <summary>Positions of later batches that have left: they are reached when this one has left, too.</summary>
    public List<SplitPosition> Later { get; } = [];

    public void Begin(RowBatch input, RowBatch output)
    {
        (_input, Output) = (input, output);
        if (Answers.Length < input.Count)
        {
            Answers = new int[Math.Max(input.Count, input.Capacity)];
        }

        (Waiting, Unmatched, Found, BytesGone, KeepsPlace) = (0, 0, 0, 0, false);
        Reading = Task.CompletedTask;
        Keys.Clear();
        Later.Clear();
    }

    /// <summary>The rows that are answered have left, with so many bytes of values.</summary>
    public void HasLeft(long bytes)
    {
        foreach (ref var answer in Answers.AsSpan(0, Input.Count))
        {
            answer = answer < 0 ? Gone : answer;
        }

        (Found, Unmatched, BytesGone, Output) = (0, 0, bytes, null);
    }

    /// <returns>A row that asked for a key, where the key is known.</returns>
    public int? RowOf(int? key)
    {
        var row = (key ?? (Keys.Count == 1 ? 0 : null)) is { } known ? Answers.AsSpan(0, Input.Count).IndexOf(known) : -1;
        return row < 0 ? null : row;
    }

    /// <summary>The input has another owner now.</summary>
    public void Release() => (_input, Output) = (null, null);

    /// <summary>Hands both batches back.</summary>
    public void Discard()
    {
        Output?.Dispose();
        _input?.Dispose();
        Release();
    }
}
