using System.CommandLine;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice check</c>: what run or sql would refuse, without connecting.</summary>
internal sealed class CheckCommand : Command, IHasExamples
{
    private readonly ScriptArguments _script = new("FILE", "The script: .sql is SQL, anything else a job script.");
    private readonly Shell _shell;

    private CheckCommand(Shell shell)
        : base("check", "Tells what run or sql would refuse, without connecting to anything.")
    {
        _shell = shell;
        _script.AddTo(this);
        SetAction(Run);
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "sluice check job.json",
        "sluice check script.sql",
        "sluice check job.json --strict -p day=2024-05-01",
    ];

    public static Command Create(Shell shell) => new CheckCommand(shell);

    private int Run(ParseResult parsed)
    {
        var report = _script.ReportOf(parsed, _shell);
        _ = _script.IsSql(parsed) ? (object)_script.LoadSql(parsed, report, _shell) : _script.Load(parsed, report, _shell);
        _shell.Out.WriteLine("ok");
        return ExitCode.Done;
    }
}
