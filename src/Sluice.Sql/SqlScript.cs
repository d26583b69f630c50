using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Sql.Binding;
using Sluice.Sql.Parsing;
using Sluice.Sql.Planning;

namespace Sluice.Sql;

/// <summary>From a SQL script to what it does.</summary>
public static class SqlScript
{
    /// <summary>How messages call statements of the command line.</summary>
    public const string CommandLine = "-e";

    /// <summary>What a script is called that has no name.</summary>
    internal const string Nameless = "sql";

    /// <summary>Compiles a whole script; touches no server.</summary>
    /// <param name="formats">For <c>'format' = '..'</c> of tables.</param>
    /// <param name="report">Takes warnings.</param>
    /// <param name="output">Opens standard output, for tables that print.</param>
    /// <param name="selectSink">Makes what shows the rows of a SELECT with these columns, moments in the session's time zone.</param>
    /// <exception cref="ConfigException">The script has errors. The message has all of them, each with file:line:column, the line and
    /// a caret line, separated by blank lines.</exception>
    public static CompiledScript Compile(
        SqlScriptOptions options,
        IReadOnlyList<IConnectorPlugin> connectors,
        IReadOnlyList<IFormat> formats,
        Report report,
        Func<Stream> output,
        Func<Schema, TimeZoneInfo, ISink> selectSink)
    {
        var folder = Path.GetFullPath(options.BaseDirectory ?? (options.Path is { } path && Path.GetDirectoryName(path) is { Length: > 0 } beside ? beside : "."));
        var text = options.Text ?? ScriptText.Read(options.Path ?? throw new ArgumentException("a script has a path or a text", nameof(options)));
        var secrets = new SecretValues(options.Environment, folder);
        var source = SourceText.WithPlaceholders(options.Path ?? CommandLine, text, new PlaceholderValues(options.Parameters, secrets.Find));
        var parsed = SqlParser.Parse(source);

        var context = new BindingContext(source, new SessionSettings(options.Clock.LocalTimeZone), options.Clock, report)
        {
            LookupConnectors = [.. connectors.Where(c => c.Table?.Lookup is not null).Select(c => c.Name)],
        };
        context.Unparsed.UnionWith(parsed.Broken.Select(b => b.Last.Name));
        var fileName = options.Path is null || ScriptText.IsStream(options.Path) ? null : Path.GetFileNameWithoutExtension(options.Path);
        var compiler = new StatementCompiler(context, options.Name, fileName, Tables, selectSink);
        foreach (var statement in parsed.Statements)
        {
            compiler.Compile(statement);
        }

        var errors = parsed.Errors.Concat(context.Errors.Errors).OrderBy(e => e.Span.Start).ToList();
        return errors.Count == 0
            ? new CompiledScript(options.Name ?? context.Settings.Name ?? fileName ?? Nameless, compiler.Steps, context.Settings.Snapshot())
            : throw new ConfigException(string.Join("\n\n", errors.Select(e => SqlErrorText.Render(source, e))));

        ConnectorTables Tables() => new(context, connectors, new TableContext(
            context.Settings.JobSettings().Concurrent, folder, options.Clock, context.Settings.Zone, report, output)
        {
            Settings = context.Settings.Snapshot(),
            Formats = formats,
        });
    }
}
