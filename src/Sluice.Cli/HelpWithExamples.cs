using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Sluice.Cli;

/// <summary>A command that shows how it is typed.</summary>
internal interface IHasExamples
{
    IReadOnlyList<string> Examples { get; }
}

/// <summary>The help of a command, followed by its examples.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        WriteHelp(help, parseResult, parseResult.InvocationConfiguration.Output);
        WriteExamples(parseResult, parseResult.InvocationConfiguration.Output);
        return ExitCode.Done;
    }

    /// <summary>Help that nobody asked for.</summary>
    public void Write(ParseResult parsed, TextWriter to)
    {
        WriteHelp(help, parsed, to);
        WriteExamples(parsed, to);
    }

    /// <summary>What may be left out stands in other brackets, which the library does not know.</summary>
    private static void WriteHelp(HelpAction help, ParseResult parsed, TextWriter to)
    {
        using var text = new StringWriter();
        parsed.InvocationConfiguration.Output = text;
        help.Invoke(parsed);
        parsed.InvocationConfiguration.Output = to;
        to.Write(text.ToString().Replace("--dry-run <N>", "--dry-run [N]", StringComparison.Ordinal));
    }

    private static void WriteExamples(ParseResult parsed, TextWriter to)
    {
        var examples = parsed.CommandResult.Command switch
        {
            IHasExamples command => command.Examples,
            RootCommand =>
            [
                "sluice demo                          a tour on a Redis server of its own",
                "sluice check job.json                is the script right?",
                "sluice run job.json                  run it",
                "sluice sql script.sql                run a Flink SQL script",
            ],
            _ => [],
        };
        if (examples.Count == 0)
        {
            return;
        }

        to.WriteLine("Examples:");
        foreach (var example in examples)
        {
            to.WriteLine("  " + example);
        }

        to.WriteLine();
    }
}
