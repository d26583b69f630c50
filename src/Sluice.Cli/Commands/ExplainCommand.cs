using System.CommandLine;
using System.Globalization;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Sql;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice explain</c>: the plan that run would follow, without connecting.</summary>
internal sealed class ExplainCommand : Command, IHasExamples
{
    private readonly ScriptArguments _script = new("FILE", "The script: .sql is SQL, anything else a job script.");
    private readonly Shell _shell;

    private ExplainCommand(Shell shell)
        : base("explain", "Shows the plan: what is read, how it is cut, the commands per row. Does not connect.")
    {
        _shell = shell;
        _script.AddTo(this);
        SetAction(Run);
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "sluice explain job.json",
        "sluice explain script.sql",
        "sluice explain job.json --datasources production.json",
    ];

    public static Command Create(Shell shell) => new ExplainCommand(shell);

    private int Run(ParseResult parsed)
    {
        var report = _script.ReportOf(parsed, _shell);
        if (_script.IsSql(parsed))
        {
            return Explain(_script.LoadSql(parsed, report, _shell));
        }

        var plan = _script.Load(parsed, report, _shell);
        if (plan.Sink.IsExactlyOnce)
        {
            plan.Source.NeedPositions();
        }

        var schema = plan.Source.Schema;
        Section("source", plan.Source.Name, plan.Source.Explain());
        Section("columns", schema is null ? "known once connected" : $"{schema.Count}", schema is null ? [] : ColumnsOf(schema));
        Section("sink", plan.Sink.Name, plan.Sink.Explain(schema));
        Section("settings", "", SettingsOf(plan));
        if (plan.Pipelines[0].Branches[0].Instance is { } instance)
        {
            Section("instance", instance.Id, []);
        }

        return ExitCode.Done;
    }

    private int Explain(CompiledScript script)
    {
        foreach (var step in script.Steps.Where(s => s.Explain is not null))
        {
            _shell.Out.WriteLine(step.Description);
            foreach (var line in step.Explain!.Split('\n'))
            {
                _shell.Out.WriteLine("  " + line);
            }
        }

        return ExitCode.Done;
    }

    private void Section(string title, string what, IEnumerable<string> lines)
    {
        _shell.Out.WriteLine(what.Length == 0 ? title : $"{title,-9} {what}");
        foreach (var line in lines)
        {
            _shell.Out.WriteLine("  " + line);
        }
    }

    private static IEnumerable<string> ColumnsOf(Schema schema) =>
        schema.Fields.Select((field, index) => $"{index,2}  {field.Name}" + (field.Type == Engine.Types.DataType.Unknown ? "" : $"  {field.Type}"));

    private static IEnumerable<string> SettingsOf(Plan plan)
    {
        var settings = plan.Settings;
        yield return $"tasks at a time: {settings.Concurrent}";
        yield return $"rows per flush: {plan.Sink.BatchSize.Rows}, or {plan.Sink.BatchSize.Bytes / 1024} KiB of values";
        yield return "speed: " + (settings.BytesPerSecond, settings.RowsPerSecond) switch
        {
            (null, null) => "not limited",
            ({ } bytes, null) => $"{Count(bytes)} bytes/s",
            (null, { } rows) => $"{Count(rows)} rows/s",
            ({ } bytes, { } rows) => $"{Count(bytes)} bytes/s and {Count(rows)} rows/s",
        };
        yield return $"dirty records allowed: {settings.DirtyLimit}";
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
