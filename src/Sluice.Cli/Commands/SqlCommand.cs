using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Progress;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Sql;
using Report = Sluice.Engine.Options.Report;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice sql</c>: runs a SQL script, or statements of the command line.</summary>
internal sealed class SqlCommand : Command, IHasExamples
{
    private readonly Argument<string?> _file = new("SCRIPT.sql") { Description = "The SQL script.", Arity = ArgumentArity.ZeroOrOne };

    private readonly Option<string?> _statements = new("-e") { Description = "The statements themselves, instead of a file.", HelpName = "STATEMENTS" };

    private readonly ParameterOption _parameters = new();

    private readonly Option<string?> _dirtyRecords = new("--dirty-records")
    {
        Description = "Where dirty records are written. Default: the script's name with .dirty.jsonl, in the working directory.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _jobId = new("--job-id") { Description = "Name of this instance. Default: 'pipeline.name', else the script's name.", HelpName = "NAME" };

    private readonly Option<bool> _restart = new("--restart") { Description = "Forget the positions that exactly-once has stored, and start over." };

    private readonly Option<bool> _json = new("--json") { Description = "Print the summary as one JSON object, and the rows of SELECT as JSON lines." };

    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress and no summary; errors remain." };

    private readonly Shell _shell;

    private SqlCommand(Shell shell)
        : base("sql", "Runs a Flink SQL script: streams and files into Redis, or rows onto the screen.")
    {
        _shell = shell;
        Add(_file);
        Option[] own = [_statements, _parameters, _dirtyRecords, _jobId, _restart, _json, _quiet];
        foreach (var option in own)
        {
            Add(option);
        }

        _jobId.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("--job-id takes a name.");
            }
        });
        Validators.Add(result =>
        {
            var (file, statements) = (result.GetValue(_file), result.GetValue(_statements));
            if (file is null == statements is null)
            {
                result.AddError(file is null ? "Give a SQL script, or statements with -e." : "A script and -e exclude each other.");
            }
        });
        SetAction((parsed, _) => RunAsync(parsed));
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "sluice sql script.sql",
        "sluice sql script.sql -p broker=127.0.0.1:9092 --json",
        "sluice sql -e \"SELECT UPPER('redis'), DATE '2024-02-28' + INTERVAL '1' DAY\"",
        "sluice check script.sql              is the script right?",
        "sluice explain script.sql            what it would do",
    ];

    public static Command Create(Shell shell) => new SqlCommand(shell);

    private async Task<int> RunAsync(ParseResult parsed)
    {
        using var stop = _shell.ListenForStop();
        var report = new Report(strict: false, _shell.Warn);
        var json = parsed.GetValue(_json);
        var file = parsed.GetValue(_file);
        if (file is not null && file.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw new ConfigException($"{file} is a job script; run it with: sluice run {file}");
        }

        var script = SqlScripts.Compile(_shell, report, file, parsed.GetValue(_statements), _parameters.Of(parsed), parsed.GetValue(_jobId), json);
        var plans = Plans(script, out var starting, out var atEnd);
        var runner = new JobRunner(plans, DirtyRecordsPath(parsed, script), report, _shell.Clock)
        {
            Starting = plan => starting[plan](),
            Ended = plan => EndedSelect(script, plan)?.Finish(),
            Continuation = parsed.GetValue(_restart) ? Continuation.Restart : Continuation.Usual,
            Note = _shell.Note,
        };
        var summary = new JobSummary(JobStatus.Succeeded, null);
        if (plans.Count > 0)
        {
            // Rows that a script prints are its progress.
            var prints = script.Steps.OfType<SelectStep>().Any();
            await using (ProgressDisplay.Start(runner, _shell, quiet: parsed.GetValue(_quiet) || prints, bothRates: true))
            {
                summary = await runner.RunAsync(stop.Token);
            }
        }

        if (summary.Status == JobStatus.Succeeded)
        {
            atEnd();
        }

        var showsSummary = !parsed.GetValue(_quiet) && summary.Status != JobStatus.Refused && script.Steps.OfType<RunStep>().Any();
        return Conclude(summary, json, showsSummary, stop);
    }

    private int Conclude(JobSummary summary, bool json, bool showsSummary, StopSignal stop)
    {
        if (summary.Error is { } error)
        {
            _shell.Fail(error);
        }
        else if (summary.Status == JobStatus.Stopped)
        {
            _shell.Note(summary.AlwaysContinues ? $"stopped; {RunCommand.ContinuesExactly}."
                : summary.RowsUnknown == 0 ? "stopped: what had been sent is acknowledged and counted."
                : $"stopped: {summary.RowsUnknown} rows had been sent and were not acknowledged in time; a new start may write them again.");
        }

        if (json)
        {
            SummaryJson.Write(summary, _shell.Out);
        }
        else if (showsSummary)
        {
            SummaryText.Write(summary, _shell);
        }

        return ExitCode.Of(summary.Status, stop);
    }

    /// <summary>What is to run. Texts that stand between are printed when what follows them starts, or at the end.</summary>
    private List<Plan> Plans(CompiledScript script, out Dictionary<Plan, Action> starting, out Action atEnd)
    {
        var plans = new List<Plan>();
        var texts = new List<string>();
        starting = new Dictionary<Plan, Action>(ReferenceEqualityComparer.Instance);
        foreach (var step in script.Steps)
        {
            var plan = step switch { RunStep run => run.Plan, SelectStep select => select.Plan, _ => null };
            if (plan is not null)
            {
                plans.Add(plan);
                starting[plan] = Print([.. texts]);
                texts.Clear();
            }
            else if (step is PrintStep print)
            {
                texts.Add(print.Text);
            }
        }

        atEnd = Print([.. texts]);
        return plans;
    }

    private Action Print(string[] texts) => () =>
    {
        foreach (var text in texts)
        {
            _shell.Out.WriteLine(text);
        }
    };

    private static SelectSink? EndedSelect(CompiledScript script, Plan plan) =>
        script.Steps.OfType<SelectStep>().FirstOrDefault(s => ReferenceEquals(s.Plan, plan)) is { } step ? SqlScripts.SinkOf(step) : null;

    private string DirtyRecordsPath(ParseResult parsed, CompiledScript script) =>
        parsed.GetValue(_dirtyRecords) ?? (parsed.GetValue(_file) is { } file ? Path.GetFileNameWithoutExtension(file) : script.Name) + ".dirty.jsonl";
}
