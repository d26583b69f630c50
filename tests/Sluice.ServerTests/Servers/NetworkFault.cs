namespace Sluice.ServerTests.Servers;

/// <summary>What becomes of a connection after so many bytes of one direction.</summary>
internal sealed record NetworkFault(NetworkFaultKind Kind, bool OfRequests, long AfterBytes);

public enum NetworkFaultKind
{
    /// <summary>Both ends learn that it has ended.</summary>
    Cut,
    /// <summary>Nothing passes any more, and both ends believe that it lives.</summary>
    Silence,
    /// <summary>The server has closed its end, and the client does not learn of it.</summary>
    ServerGone,
    /// <summary>The client has lost its end, and the server does not learn of it.</summary>
    ClientGone,
    /// <summary>The same; what the client had sent last arrives after all, very late: <see cref="TcpProxy.DeliverAsync"/>.</summary>
    Late,
}
