using Sluice.Connectors.MySql.Slicing;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.MySql;

/// <summary>One query on one server: a table, a slice of it, or a statement of the user's.</summary>
/// <param name="name">The table, unique within the source: the id without what the slice adds.</param>
/// <param name="query">Null for a statement of the user's.</param>
internal sealed class MySqlSplit(string name, Slice slice, MySqlEndpoint endpoint, TableQuery? query, string statement, Place? place) : Split(name + slice.Suffix)
{
    public string Name => name;

    public MySqlEndpoint Endpoint { get; } = endpoint;

    /// <summary>Where the user wrote what the query was made from.</summary>
    public Place? Place { get; } = place;

    /// <summary>Null where its rows come in no certain order.</summary>
    public KeyOrder? Order => slice.IsNull ? null : query?.Order;

    /// <summary>The key's place among the columns of the result.</summary>
    public int KeyIndex => query!.KeyIndex;

    public override string? State => query?.Key is null ? null : slice.State;

    public override bool IsWhole => Order is null;

    public override string Describe() => Sql(default);

    public string Sql(KeyRange range) => query?.Sql(slice, range) ?? statement;

    /// <summary>Another slice of the same table.</summary>
    public MySqlSplit With(Slice other) => new(name, other, Endpoint, query, statement, Place);
}
