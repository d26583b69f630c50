using Sluice.Redis.Clustering;

namespace Sluice.Redis.Sentinels;

/// <summary>The server that a sentinel names as the master.</summary>
/// <param name="Sentinel">The host of the sentinel.</param>
internal readonly record struct NamedMaster(string Host, int Port, string Sentinel)
{
    /// <summary>host:port, as connections to it call it.</summary>
    public string Endpoint => new NodeAddress(Host, Port).ToString();
}

/// <summary>The last switch of a run from one master to another.</summary>
/// <param name="IsUnsettled">Whether a pipeline got its last acknowledgements from another one than <paramref name="To"/>, and no sentinel
/// has named that one as the master since.</param>
public sealed record MasterSwitch(string From, string To, bool IsUnsettled);
