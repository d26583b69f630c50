using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Cli.Progress;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Report = Sluice.Engine.Options.Report;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice run</c>: runs a job script to its end.</summary>
internal sealed class RunCommand : Command, IHasExamples
{
    public const int DefaultDryRunRows = 10;

    /// <summary>Under exactly-once.</summary>
    public const string ContinuesExactly = "starting it again continues exactly where it stopped";

    private readonly ScriptArguments _script = new("JOB.json", "The job script.");

    private readonly Option<string?> _dirtyRecords = new("--dirty-records")
    {
        Description = "Where dirty records are written. Default: the script's name with .dirty.jsonl, in the working directory.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _dryRun = new("--dry-run")
    {
        Description = $"Print the commands of the first N records (default {DefaultDryRunRows}) and write nothing.",
        HelpName = "N",
    };

    private readonly Option<string?> _jobId = new("--job-id") { Description = "Name of this instance. Default: the script's name.", HelpName = "NAME" };

    private readonly Option<bool> _resume = new("--resume") { Description = "Continue where the last run stopped." };

    private readonly Option<bool> _restart = new("--restart") { Description = "Forget where the last run stopped, and start over." };

    private readonly Option<bool> _json = new("--json") { Description = "Print the summary as one JSON object." };

    private readonly Option<bool> _quiet = new("--quiet") { Description = "No progress and no summary; errors remain." };

    private readonly Shell _shell;

    private RunCommand(Shell shell)
        : base("run", "Runs a job script to its end.")
    {
        _shell = shell;
        _script.AddTo(this);
        Option[] own = [_dirtyRecords, _dryRun, _jobId, _resume, _restart, _json, _quiet];
        foreach (var option in own)
        {
            Add(option);
        }

        _dryRun.Validators.Add(result =>
        {
            if (result.Tokens is not [{ Value: var count }] || !int.TryParse(count, out var rows) || rows < 1)
            {
                result.AddError("--dry-run takes a number of records from 1.");
            }
        });
        _jobId.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("--job-id takes a name.");
            }
        });
        Validators.Add(result =>
        {
            if (result.GetValue(_resume) && result.GetValue(_restart))
            {
                result.AddError("--resume and --restart exclude each other.");
            }
            else if (result.GetResult(_dryRun) is not null && (result.GetValue(_resume) || result.GetValue(_restart)))
            {
                result.AddError("--dry-run shows the first records and touches no position; give it without --resume and --restart.");
            }
        });
        SetAction((parsed, _) => RunAsync(parsed));
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "sluice run job.json",
        "sluice run job.json -p day=2024-05-01 --datasources production.json",
        "sluice run job.json --dry-run 3      the commands of the first three records",
        "sluice run job.json --resume         continue where the last run stopped",
        "sluice run job.json --json --quiet   for scripts: one JSON object, and an exit code",
    ];

    public static Command Create(Shell shell) => new RunCommand(shell);

    private async Task<int> RunAsync(ParseResult parsed)
    {
        if (_script.IsSql(parsed))
        {
            throw new ConfigException($"{_script.FileOf(parsed)} is a SQL script; run it with: sluice sql {_script.FileOf(parsed)}");
        }

        using var stop = _shell.ListenForStop();
        var report = _script.ReportOf(parsed, _shell);
        var plan = _script.Load(parsed, report, _shell);
        if (parsed.GetValue(_jobId) is { } name)
        {
            plan = plan.Named(name);
        }

        return parsed.GetValue(_dryRun) is { } rows
            ? await DryRunAsync(plan, rows, parsed.GetValue(_json), stop)
            : await RunAsync(plan, report, parsed, stop);
    }

    private async Task<int> RunAsync(Plan plan, Report report, ParseResult parsed, StopSignal stop)
    {
        var runner = new JobRunner(plan, DirtyRecordsPath(parsed), report, _shell.Clock) { Continuation = ContinuationOf(parsed), Note = _shell.Note };
        JobSummary summary;
        await using (ProgressDisplay.Start(runner, _shell, quiet: parsed.GetValue(_quiet)))
        {
            summary = await runner.RunAsync(stop.Token);
        }

        if (summary.Error is { } error)
        {
            _shell.Fail(error);
        }

        var resume = summary.CanContinue ? ResumeCommandLine.Of(parsed, plan.Pipelines[0].Branches[0].Instance, resumes: !summary.AlwaysContinues) : null;
        Advise(summary, resume);
        if (parsed.GetValue(_json))
        {
            SummaryJson.Write(summary, _shell.Out, resume: resume);
        }
        else if (!parsed.GetValue(_quiet) && summary.Status != JobStatus.Refused)
        {
            SummaryText.Write(summary, _shell);
        }

        return ExitCode.Of(summary.Status, stop);
    }

    private void Advise(JobSummary summary, string? resume)
    {
        if (summary.Status == JobStatus.Stopped)
        {
            _shell.Note("stopped: what had been sent is acknowledged and counted; " + (summary.AlwaysContinues ? ContinuesExactly + "."
                : resume is null ? "running the job again starts it over." : "running the job again as it was starts it over."));
        }

        if (resume is not null)
        {
            _shell.Note((summary is { AlwaysContinues: true, Status: not JobStatus.Stopped } ? ContinuesExactly : "to continue where it stopped") + $": {resume}");
        }
    }

    private async Task<int> DryRunAsync(Plan plan, int rows, bool json, StopSignal stop)
    {
        var started = _shell.Clock.GetTimestamp();
        var commands = json ? new List<string>() : null;
        long read;
        try
        {
            read = await DryRun.RunAsync(plan, rows, line =>
            {
                if (commands is null)
                {
                    _shell.Out.WriteLine(line);
                }
                else
                {
                    commands.Add(line);
                }
            }, stop.Token);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            if (json)
            {
                SummaryJson.Write(new JobSummary(JobStatus.Stopped, null), _shell.Out, commands);
            }

            return stop.ExitCode;
        }

        if (commands is not null)
        {
            // Read and skipped by the stated policy of a dry run, so that the books balance.
            SummaryJson.Write(
                new JobSummary(JobStatus.Succeeded, null) { RowsRead = read, RowsSkipped = read, Elapsed = _shell.Clock.GetElapsedTime(started) },
                _shell.Out, commands);
        }

        return ExitCode.Done;
    }

    private string DirtyRecordsPath(ParseResult parsed) =>
        parsed.GetValue(_dirtyRecords) ?? Path.GetFileNameWithoutExtension(_script.FileOf(parsed)) + ".dirty.jsonl";

    private Continuation ContinuationOf(ParseResult parsed) =>
        parsed.GetValue(_resume) ? Continuation.Resume : parsed.GetValue(_restart) ? Continuation.Restart : Continuation.Usual;
}
