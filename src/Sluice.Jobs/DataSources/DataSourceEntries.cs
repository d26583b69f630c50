using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Jobs.Placeholders;
using Sluice.Jobs.Scripts;

namespace Sluice.Jobs.DataSources;

/// <summary>The named data sources of a job (S-5): entries by name, then by the canonical type of a step. Messages never show a
/// value of an entry.</summary>
internal sealed class DataSourceEntries
{
    private readonly DataSourceFile _file;
    private readonly IReadOnlyList<string> _types;
    private readonly Report _report;
    private readonly Func<string, string?> _environment;
    private OptionNode? _root;

    public DataSourceEntries(ScriptOptions options, IReadOnlyList<IConnectorPlugin> connectors, Report report)
    {
        _file = DataSourceFile.Locate(options);
        _types = [.. connectors.Select(c => c.Name)];
        _report = report;
        _environment = options.Environment;
        if (options.DataSourcesFile is not null)
        {
            // A file that was named must be there, also where no step asks for it.
            _root = Load(options.DataSourcesFile);
        }
    }

    /// <param name="nameNode">The name, where the script gives it.</param>
    /// <param name="type">The canonical step type: <c>mysql</c>, also for <c>mysqlreader</c>.</param>
    /// <exception cref="ConfigException">There is no such entry.</exception>
    public OptionNode Find(OptionNode nameNode, string type)
    {
        var name = Shape.Name(nameNode, "the name of a data source");
        var path = _file.Path ?? throw new ConfigException(nameNode.Place,
            $"the data source {nameNode.Show()} is looked up in a file, and there is none at {string.Join(" or ", _file.Candidates)}; write {{\"NAME\": {{\"{type}\": {{\"host\": ...}}}}}} into one of these, name a file with --datasources, or give host, port, username and password in the step's parameters instead of 'datasource'");
        _root ??= Load(path);
        if (_root.Find(name) is not { } types)
        {
            var names = _root.Members.Select(m => m.Key).ToList();
            var nearest = NearestName.Of(name, names);
            throw new ConfigException(nameNode.Place, $"there is no data source {nameNode.Show()} in {path}"
                + (nearest is null ? "" : $" (did you mean '{nearest}'?)")
                + (names.Count == 0 ? "; it has none" : $"; it has: {string.Join(", ", names)}"));
        }

        if (types.Find(type) is not { } entry)
        {
            var has = types.Members.Select(m => m.Key).Where(_types.Contains).ToList();
            throw new ConfigException(nameNode.Place, $"the data source {nameNode.Show()} in {path} has no '{type}'; it has: {(has.Count == 0 ? "no known type" : string.Join(", ", has))}; "
                + $"an entry is written {{\"NAME\": {{\"{type}\": {{\"host\": ...}}}}}}");
        }

        return Resolve(Shape.Expect(entry, OptionKind.Map, $"'{type}' of the data source '{name}'"), path);
    }

    private OptionNode Load(string path)
    {
        var root = Shape.Expect(JsonTree.Read(path, ScriptFile.Read(path, "a file of data sources")), OptionKind.Map, "a file of data sources");
        foreach (var (name, types) in root.Members)
        {
            Shape.Expect(types, OptionKind.Map, $"the data source '{name}'");
            foreach (var (type, entry) in types.Members)
            {
                if (!_types.Contains(type) && !ForeignKeys.Contains(type))
                {
                    _report.UnknownKey(entry.Place, type, _types);
                }
            }
        }

        return root;
    }

    private OptionNode Resolve(OptionNode entry, string path)
    {
        var secrets = new SecretValues(_environment, ScriptFile.FolderOf(path));
        return PlaceholderText.MapTexts(entry, node => ResolveText(node, secrets));
    }

    private OptionNode ResolveText(OptionNode node, SecretValues secrets)
    {
        var foreign = false;
        var isSecret = false;
        var text = PlaceholderText.Replace(node.Text, inside =>
        {
            // A password may hold any character, so what is neither of the two forms is text.
            var value = inside is null ? null : secrets.Find(inside, node.Place);
            foreign |= inside is not null && value is null;
            isSecret |= value is not null;
            return value;
        });
        if (foreign)
        {
            _report.Warn(node.Place, "of placeholders only ${env:NAME} and ${file:PATH} are replaced in data sources; another one here is taken as text.");
        }

        return OptionNode.Scalar(OptionKind.Text, text, node.Place, isSecret ? node.Text : null);
    }
}
