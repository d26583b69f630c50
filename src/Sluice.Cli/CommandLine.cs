using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;
using Sluice.Cli.Commands;
using Sluice.Cli.Output;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;

namespace Sluice.Cli;

/// <summary>The commands, and what happens to those that are typed wrongly.</summary>
internal static class CommandLine
{
    public static string Version { get; } = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);

    /// <summary>Runs a command line to its exit code. No exception leaves it.</summary>
    public static async Task<int> RunAsync(string[] args, Shell shell)
    {
        var words = WithDryRunCount(args);
        try
        {
            var parsed = Root(shell).Parse(words, new ParserConfiguration { ResponseFileTokenReplacer = null });
            return parsed.Errors.Count > 0 ? WrongUsage(words, parsed, shell) : await parsed.InvokeAsync(Invocation(shell));
        }
        catch (ConfigException e)
        {
            return Outcome.Report(new JobSummary(JobStatus.Refused, e.Message), WantsJson(words), shell);
        }
        catch (EndpointException e)
        {
            return Outcome.Report(new JobSummary(JobStatus.Failed, e.Message), WantsJson(words), shell);
        }
        catch (Exception e)
        {
            return Outcome.Report(new JobSummary(JobStatus.Failed, $"internal error, please report it: {e}"), WantsJson(words), shell);
        }
    }

    private static RootCommand Root(Shell shell)
    {
        var root = new RootCommand("Sluice moves rows into Redis: job scripts and Flink SQL.")
        {
            RunCommand.Create(shell),
            SqlCommand.Create(shell),
            CheckCommand.Create(shell),
            ExplainCommand.Create(shell),
            DemoCommand.Create(shell),
            DocsOptionsCommand.Create(shell),
        };
        root.HelpName = "sluice";
        foreach (var option in root.Options)
        {
            switch (option)
            {
                case VersionOption:
                    option.Action = new PrintVersion();
                    break;
                case HelpOption:
                    option.Action = new HelpWithExamples((HelpAction)option.Action!);
                    break;
            }
        }

        return root;
    }

    private static InvocationConfiguration Invocation(Shell shell) => new()
    {
        Output = shell.Out,
        Error = shell.Error,
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = null,
    };

    private static int WrongUsage(string[] words, ParseResult parsed, Shell shell)
    {
        var command = parsed.CommandResult.Command;
        if (words.Length == 0)
        {
            new HelpWithExamples(new HelpAction()).Write(parsed, shell.Error);
            return ExitCode.Refused;
        }

        var message = string.Join(" ", parsed.Errors.Select(e => e.Message).Where(m => parsed.Errors.Count == 1 || m != "Required command was not provided."));
        if (command is RootCommand && parsed.UnmatchedTokens is [var unknown, ..] && !unknown.StartsWith('-'))
        {
            var commands = command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name).ToArray();
            message = $"there is no command '{unknown}'"
                + (NearestName.Of(unknown, commands) is { } near ? $"; did you mean '{near}'?" : $"; there are: {string.Join(", ", commands)}.");
        }

        var code = Outcome.Report(new JobSummary(JobStatus.Refused, message), WantsJson(words), shell);
        shell.Note($"see: sluice {(command is RootCommand ? "" : command.Name + " ")}--help");
        return code;
    }

    private static bool WantsJson(string[] words) => words.TakeWhile(w => w != "--").Contains("--json");

    /// <summary><c>--dry-run JOB.json</c> has no count and must not take the file for one.</summary>
    private static string[] WithDryRunCount(string[] args)
    {
        var words = new List<string>(args.Length);
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] != "--dry-run" || args[0] != "run")
            {
                words.Add(args[i]);
            }
            else if (i + 1 < args.Length && args[i + 1].Length > 0 && args[i + 1].All(char.IsAsciiDigit))
            {
                words.Add("--dry-run=" + args[++i]);
            }
            else
            {
                words.Add("--dry-run=" + RunCommand.DefaultDryRunRows.ToString(CultureInfo.InvariantCulture));
            }
        }

        return [.. words];
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"sluice {Version}");
            return ExitCode.Done;
        }
    }
}
