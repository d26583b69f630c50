namespace Sluice.Connectors.Redis.Lookups;

/// <summary>Asks for the rows of the keys of a page. A key of another type has none.</summary>
internal interface IPageRead
{
    /// <summary>Has sent its commands, or queued them behind what was sent before, when it returns its task.</summary>
    Task ReadAsync(ScanPage page, CancellationToken stop);
}
