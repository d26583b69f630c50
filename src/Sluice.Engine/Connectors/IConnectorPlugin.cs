using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Engine.Connectors;

/// <summary>The word the user types, the options that go with it, and what it can be. All plugins are made at the start of each process:
/// what only the chosen ones need is made when it is asked for.</summary>
public interface IConnectorPlugin
{
    /// <summary>The canonical word: <c>mysql</c>, <c>redis</c>.</summary>
    string Name { get; }

    /// <summary>Other dialects' words for the same: <c>mysqlreader</c>.</summary>
    IReadOnlyList<string> Aliases { get; }

    /// <summary>One sentence for the documentation.</summary>
    string Summary { get; }

    SourceFactory? Source { get; }

    SinkFactory? Sink { get; }

    /// <summary>What <c>'connector' = '...'</c> of a SQL table makes.</summary>
    TableFactory? Table => null;
}

/// <summary>Makes a source from the options of a script. The specification is what the documentation is generated from.</summary>
public sealed record SourceFactory(IReadOnlyList<IOption> Options, Func<OptionBag, ConnectorContext, ISource> Create);

/// <summary>Makes a sink from the options of a script.</summary>
public sealed record SinkFactory(IReadOnlyList<IOption> Options, Func<OptionBag, ConnectorContext, ISink> Create);

/// <summary>What a connector may need beside its own options.</summary>
/// <param name="Concurrent">How many tasks the job wants.</param>
/// <param name="BaseDirectory">Relative paths in options count from here.</param>
/// <param name="Clock">The time.</param>
/// <param name="Report">Takes warnings.</param>
/// <param name="DataSource">The entry of a named data source for a canonical step type (S-5); throws a <see cref="ConfigException"/> where there is none.</param>
public sealed record ConnectorContext(
    int Concurrent,
    string BaseDirectory,
    TimeProvider Clock,
    Report Report,
    Func<OptionNode, string, OptionNode> DataSource);
