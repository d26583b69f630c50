using System.CommandLine;
using Sluice.Engine.Errors;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice sql</c>: its name is taken, the language is still to come.</summary>
internal sealed class SqlCommand : Command
{
    public const string NotYet = "SQL scripts are not there yet; what runs today are job scripts: sluice run JOB.json";

    private SqlCommand()
        : base("sql", "Runs a SQL script. Not there yet.")
    {
        TreatUnmatchedTokensAsErrors = false;
        SetAction(int (ParseResult _) => throw new ConfigException(NotYet));
    }

    public static Command Create(Shell shell)
    {
        _ = shell;
        return new SqlCommand();
    }
}
