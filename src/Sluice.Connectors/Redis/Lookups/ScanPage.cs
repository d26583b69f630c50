using Sluice.Engine.Lookup;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A part of a table on its way: the keys that one SCAN gave, and their rows.</summary>
internal sealed class ScanPage
{
    /// <summary>Keys without the table's prefix.</summary>
    public KeyBatch Keys { get; } = new();

    /// <summary>The rows of <see cref="Keys"/>; not all have one.</summary>
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
        Found.Reset(0);
        Command.Clear();
        Reply.Clear();
        (Scanning, Reading) = (Task.CompletedTask, Task.CompletedTask);
    }
}
