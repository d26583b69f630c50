using Sluice.Engine.Connectors;

namespace Sluice.Connectors.MySql;

/// <summary>MySQL, MariaDB and what speaks their protocol, as a source.</summary>
internal sealed class MySqlPlugin : IConnectorPlugin
{
    public const string Word = "mysql";

    public string Name => Word;

    public IReadOnlyList<string> Aliases { get; } = ["mysqlreader"];

    public string Summary => "Reads tables or queries of MySQL and MariaDB, in parallel slices where a key is named.";

    public SourceFactory? Source => field ??= new(MySqlOptions.All, (bag, context) => new MySqlSource(MySqlOptions.Take(bag, context), context.Clock));

    public SinkFactory? Sink => null;
}
