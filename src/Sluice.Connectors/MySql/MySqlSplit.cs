using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.MySql;

/// <summary>One query on one server: a table, a slice of it, or a statement of the user's.</summary>
internal sealed class MySqlSplit(string id, MySqlEndpoint endpoint, string sql, Place? place) : Split(id)
{
    public MySqlEndpoint Endpoint { get; } = endpoint;

    public string Sql { get; } = sql;

    /// <summary>Where the user wrote what the query was made from.</summary>
    public Place? Place { get; } = place;

    public override string Describe() => Sql;
}
