using Sluice.Engine.Errors;

namespace Sluice.Connectors.MySql;

/// <summary>Ends a query of ours whose rows nobody takes any more: the server itself notices that only when it sends the next.</summary>
internal static class MySqlKill
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    public static void Query(MySqlEndpoint endpoint, ulong connectionId, TimeProvider clock)
    {
        using var stop = new CancellationTokenSource(s_patience, clock);
        try
        {
            using var connection = MySqlConnection.Open(
                endpoint with { ConnectTimeout = s_patience, SocketTimeout = s_patience, Session = [] }, null, clock, stop.Token);
            connection.Execute($"KILL QUERY {connectionId}");
        }
        catch (Exception e) when (e is ConfigException or EndpointException or OperationCanceledException)
        {
            // Out of courtesy to the server only: it may be gone, stuck or full.
        }
    }
}
