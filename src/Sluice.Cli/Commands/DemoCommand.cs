using System.CommandLine;
using Sluice.Engine.Errors;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice demo</c>: a tour on a server of its own.</summary>
internal sealed class DemoCommand : Command
{
    private DemoCommand()
        : base("demo", "A tour: a private Redis server, a small database, a real job.") =>
        SetAction(int (ParseResult _) => throw new ConfigException("the demo is not there yet"));

    public static Command Create(Shell shell)
    {
        _ = shell;
        return new DemoCommand();
    }
}
