using Sluice.Engine.Errors;

namespace Sluice.Connectors.MySql;

/// <summary>An error as the server or the client library states it.</summary>
internal sealed record MySqlError(uint Number, string Message)
{
    private const uint FirstClientError = 2000;
    private const uint SslConnectionError = 2026;
    private const uint NoDatabase = 1046;

    /// <summary>Client errors that no waiting mends: an authentication plugin that is missing or fails.</summary>
    private static readonly uint[] s_permanentClientErrors = [SslConnectionError, 2049, 2054, 2058, 2059, 2060, 2061];

    /// <summary>Server errors that speak of its state and not of what was asked: too many connections, shutting down, killed,
    /// packets not in order, timeouts of the network, deadlocks and locks.</summary>
    private static readonly uint[] s_passingServerErrors =
    [
        1040, 1041, 1053, 1077, 1079, 1080, 1152, 1153, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1184, 1203, 1205, 1213, 1226, 1317, 1927, 1969, 3024, 3169, 4031,
    ];

    /// <summary>Whether the user must act (the server refuses what was asked), and not the operator.</summary>
    public bool IsRefusal => Number >= FirstClientError && Number < 3000
        ? s_permanentClientErrors.Contains(Number)
        : !s_passingServerErrors.Contains(Number);

    public override string ToString() => $"{Message} (MySQL error {Number})";

    /// <summary>The error of a statement before the first row.</summary>
    public Exception ToException(MySqlEndpoint endpoint, Place? place, string doing) => IsRefusal
        ? new ConfigException(place, $"mysql {endpoint}: {this}" + (Number == NoDatabase ? "; name one in 'database', or write the table as db.table" : ""))
        : new EndpointException($"mysql {endpoint.Address}", $"{doing}: {this}");
}
