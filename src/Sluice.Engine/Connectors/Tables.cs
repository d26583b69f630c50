using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Types;

namespace Sluice.Engine.Connectors;

/// <summary>A column of a SQL table that the connector sees: a physical one, or one that it makes itself (metadata).</summary>
/// <param name="MetadataKey">The connector's word for it (<c>timestamp</c>), or null where the column is physical.</param>
/// <param name="IsVirtual">A metadata column that is read and never written.</param>
public sealed record TableColumn(string Name, SqlType Type, Place Place, string? MetadataKey = null, bool IsVirtual = false);

/// <summary>A SQL table as its DDL says, computed columns and watermarks left out: those are the planner's.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Place">Of its CREATE TABLE.</param>
/// <param name="PrimaryKey">Names of columns in the order of the PRIMARY KEY clause; empty where there is none.</param>
public sealed record TableDefinition(
    string Name, Place Place, IReadOnlyList<TableColumn> Columns, IReadOnlyList<string> PrimaryKey, IReadOnlyList<string> PartitionedBy)
{
    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>What a table's connector may need beside the options of its WITH clause.</summary>
/// <param name="Parallelism">How many tasks the job wants.</param>
/// <param name="TimeZone">The session's time zone (<c>table.local-time-zone</c>).</param>
/// <param name="Output">Opens standard output, for tables that print.</param>
public sealed record TableContext(
    int Parallelism, string BaseDirectory, TimeProvider Clock, TimeZoneInfo TimeZone, Report Report, Func<Stream> Output)
{
    /// <summary>What <c>SET</c> said before the statement.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The formats there are, by name.</summary>
    public IReadOnlyList<IFormat> Formats { get; init; } = [];
}

/// <summary>Makes sources, sinks and dimension tables of SQL. Options are taken when a table is used: as what it is used decides which matter;
/// those of the other uses are let pass, unknown ones are a config error that lists <see cref="Options"/> (S-21).
/// <see cref="OptionBag.RefuseUnknown"/> does that.</summary>
/// <param name="Options">Every option of the connector, apart from <c>connector</c> and those of formats.</param>
public sealed record TableFactory(IReadOnlyList<IOption> Options)
{
    /// <summary>Makes a source that delivers the columns of the table with the given indexes, in that order, and no others.</summary>
    public Func<TableDefinition, IReadOnlyList<int>, OptionBag, TableContext, ITableSource>? Source { get; init; }

    /// <summary>Makes a sink that takes all columns of the table that are not virtual, in their order. Its Bind is called with their schema.</summary>
    public Func<TableDefinition, OptionBag, TableContext, ISink>? Sink { get; init; }

    /// <summary>Makes a dimension table whose key is all columns of the primary key, in its order, and whose records hold the columns
    /// of the table with the given indexes, in that order: none of them is of the primary key; there may be none at all.</summary>
    public Func<TableDefinition, IReadOnlyList<int>, OptionBag, TableContext, ILookup>? Lookup { get; init; }

    /// <summary>Whether its rows say what the row of a key is now, and not what it was: a deletion has the columns of the primary key only.</summary>
    public bool IsUpsert { get; init; }
}

/// <summary>The source of a SQL table. Its schema is known.</summary>
public interface ITableSource : ISource
{
    /// <summary>Whether rows may be anything but inserts.</summary>
    bool HasChangelog { get; }
}
