using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Sqlite;

/// <summary>An SQLite file as a source.</summary>
internal sealed class SqlitePlugin : IConnectorPlugin
{
    public string Name => "sqlite";

    public IReadOnlyList<string> Aliases { get; } = ["sqlitereader"];

    public string Summary => "Reads tables or queries of an SQLite file, one task for each.";

    public SourceFactory? Source => field ??= new(SqliteSource.Options, SqliteSource.Create);

    public SinkFactory? Sink => null;
}
