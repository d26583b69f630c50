using Sluice.Engine.Lookup;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A part of a table on its way: the keys that one SCAN gave, and their rows.</summary>
internal sealed class ScanPage
{
    public ScanPage() => Rows = Keys;

    /// <summary>What was scanned, without the table's prefix.</summary>
    public KeyBatch Keys { get; } = new();

    /// <summary>The keys of the table's rows: what was scanned, except where rows are found by more than that.</summary>
    public KeyBatch Rows { get; set; }

    /// <summary>The rows of <see cref="Rows"/>; not all have one.</summary>
    public FoundRows Found { get; } = new();

    /// <summary>The command that scans.</summary>
    public RespWriter Command { get; } = new(256);

    public ScanReply Reply { get; } = new();

    /// <summary>Ends when <see cref="Reply"/> is there.</summary>
    public Task Scanning { get; set; } = Task.CompletedTask;

    /// <summary>Ends when the rows are there.</summary>
    public Task Reading { get; set; } = Task.CompletedTask;

    public void Clear()
    {
        Keys.Clear();
        Rows = Keys;
        Found.Reset(0);
        Command.Clear();
        Reply.Clear();
        (Scanning, Reading) = (Task.CompletedTask, Task.CompletedTask);
    }
}
