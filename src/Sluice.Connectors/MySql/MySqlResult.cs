using Sluice.Connectors.MySql.Native;

namespace Sluice.Connectors.MySql;

/// <summary>The rows of a query, fetched one by one from the connection.</summary>
internal sealed class MySqlResult(MySqlConnection connection, nint handle) : IDisposable
{
    public nint Handle { get; } = handle;

    public IReadOnlyList<MySqlColumn> Columns { get; } = MySqlColumn.Of(handle);

    public MySqlConnection Connection { get; } = connection;

    /// <summary>All rows of a small result; each value is its bytes, or null.</summary>
    /// <exception cref="Engine.Errors.EndpointException">The connection broke.</exception>
    public unsafe List<byte[]?[]> ToList()
    {
        var rows = new List<byte[]?[]>();
        byte** row;
        while ((row = LibMariaDb.FetchRow(Handle)) != null)
        {
            var lengths = LibMariaDb.FetchLengths(Handle);
            var values = new byte[]?[Columns.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = row[i] == null ? null : new ReadOnlySpan<byte>(row[i], (int)lengths[i]).ToArray();
            }

            rows.Add(values);
        }

        return Connection.LastError() is { } error ? throw error.ToException(Connection.Endpoint, null, "the query failed") : rows;
    }

    /// <summary>Reads what is left over to its end; <see cref="MySqlConnection.Abort"/> first where that may be much.</summary>
    public void Dispose() => LibMariaDb.FreeResult(Handle);
}
