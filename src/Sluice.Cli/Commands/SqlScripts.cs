using Sluice.Cli.Output;
using Sluice.Engine.Connectors;
using Sluice.Engine.Formats;
using Sluice.Sql;
using Report = Sluice.Engine.Options.Report;

namespace Sluice.Cli.Commands;

/// <summary>Compiles SQL for sql, check and explain.</summary>
internal static class SqlScripts
{
    /// <param name="path">The script, or null for statements of the command line.</param>
    /// <param name="text">Those statements.</param>
    /// <param name="json">Rows of SELECT are printed as JSON lines, not as a table.</param>
    /// <exception cref="Engine.Errors.ConfigException">The script has errors: all of them.</exception>
    public static CompiledScript Compile(
        Shell shell, Report report, string? path, string? text, IReadOnlyDictionary<string, string> parameters, string? name, bool json)
    {
        var options = new SqlScriptOptions
        {
            Path = path,
            Text = text,
            Parameters = parameters,
            Clock = shell.Clock,
            Environment = shell.Environment,
            Name = name,
        };
        var script = SqlScript.Compile(options, shell.Connectors, BuiltInFormats.All, report, shell.OpenOutput,
            (_, zone) => new SelectSink(shell.Out, zone, json));
        foreach (var step in script.Steps.OfType<SelectStep>())
        {
            SinkOf(step).ShowsKinds = step.Plan.Pipelines.Any(p => p.Source is ITableSource { HasChangelog: true });
        }

        return script;
    }

    public static SelectSink SinkOf(SelectStep step) => (SelectSink)step.Plan.Sink;
}
