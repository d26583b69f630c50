using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Jobs.DataSources;
using Sluice.Jobs.Placeholders;
using Sluice.Jobs.Scripts;

namespace Sluice.Jobs;

/// <summary>From a job script to a plan.</summary>
public static class JobScript
{
    /// <summary>Reads a script into a plan; touches no server.</summary>
    /// <exception cref="Engine.Errors.ConfigException">The script, its placeholders or its data sources are not as they must be.</exception>
    public static Plan Load(ScriptOptions options, IReadOnlyList<IConnectorPlugin> connectors, Report report)
    {
        var schedule = Schedule.Of(options);
        var dataSources = new DataSourceEntries(options, connectors, report);
        var written = JsonTree.Read(options.Path, ScriptFile.Read(options.Path, "a job script"));
        var folder = ScriptFile.FolderOf(options.Path);
        var placeholders = new ScriptPlaceholders(options, schedule, new SecretValues(options.Environment, folder));
        var root = placeholders.Resolve(written);

        var script = Dialects.Read(root, report);
        var settings = Settings.Read(script.Setting, report);
        var reader = Role.Reader.Find(script.Reader, connectors);
        var writer = Role.Writer.Find(script.Writer, connectors);
        var context = new ConnectorContext(settings.Concurrent, Path.GetFullPath(folder), options.Clock, report, dataSources.Find);
        var source = reader.Source!.Create(new OptionBag(script.Reader.Parameter, report), context);
        var sink = writer.Sink!.Create(new OptionBag(script.Writer.Parameter, report), context);
        if (source.Schema is { } schema)
        {
            // What the columns forbid is said now, also by check, which never connects.
            sink.Bind(schema);
        }

        var name = Path.GetFileNameWithoutExtension(options.Path);
        var instance = new JobInstance(name, placeholders.Used.Values, FingerprintOf(source, sink)) { FromClock = placeholders.Used.FromClock };
        return new Plan(name, [new Pipeline(source, [new Branch([], sink) { Instance = instance }])], settings);
    }

    private static Fingerprint FingerprintOf(ISource source, ISink sink) => Fingerprint.Of(
        source.Fingerprint().Select(p => KeyValuePair.Create($"the reader's '{p.Key}'", p.Value))
            .Concat(sink.Fingerprint().Select(p => KeyValuePair.Create($"the writer's '{p.Key}'", p.Value))));
}
