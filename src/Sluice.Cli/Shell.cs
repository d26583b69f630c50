using System.Text;
using Sluice.Connectors;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Jobs;

namespace Sluice.Cli;

/// <summary>Everything of the process that a command may touch, so that a test can stand in for it. Results go to
/// <see cref="Out"/>, whatever is said on the way to <see cref="Error"/>.</summary>
internal sealed class Shell : IAsyncDisposable
{
    private readonly Lock _gate = new();

    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>A live bar can be drawn on standard error.</summary>
    public bool ErrorIsTerminal { get; init; }

    public bool ErrorHasColor { get; init; }

    public bool OutHasColor { get; init; }

    public required Func<string, string?> Environment { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public IReadOnlyList<IConnectorPlugin> Connectors { get; init; } = BuiltIn.Connectors;

    /// <summary>Reads a script. Tests hand in plans of their own.</summary>
    public Func<ScriptOptions, IReadOnlyList<IConnectorPlugin>, Report, Plan> LoadScript { get; init; } = JobScript.Load;

    /// <summary>Makes what a running command is stopped by. Tests hand in their own.</summary>
    public Func<StopSignal> ListenForStop { get; init; } = StopSignal.Listen;

    /// <summary>Standard output as bytes, behind what <see cref="Out"/> has taken so far: for rows of tables that print.</summary>
    public Stream OpenOutput()
    {
        Out.Flush();
        return new RowStream(Output ?? throw new InvalidOperationException("this shell has no output of bytes"));
    }

    private LastingStream? Output { get; init; }

    /// <summary>Where lines for the user go while something else owns the terminal's last lines (the live bar).</summary>
    public Action<string>? Interjection { get; set; }

    public static Shell OfProcess()
    {
        // Writers of our own: those of Console cost a tenth of the start-up for features that nobody uses here.
        var plain = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var color = System.Environment.GetEnvironmentVariable("NO_COLOR") is null or ""
            && System.Environment.GetEnvironmentVariable("TERM") is not "dumb";
        var outIsTerminal = !Console.IsOutputRedirected;
        var errorIsTerminal = !Console.IsErrorRedirected;
        var output = new LastingStream(Console.OpenStandardOutput());
        return new Shell
        {
            Output = output,
            Out = new StreamWriter(output, plain) { AutoFlush = outIsTerminal },
            Error = new StreamWriter(new LastingStream(Console.OpenStandardError()), plain) { AutoFlush = true },
            ErrorIsTerminal = errorIsTerminal && System.Environment.GetEnvironmentVariable("TERM") is not "dumb",
            ErrorHasColor = color && errorIsTerminal,
            OutHasColor = color && outIsTerminal,
            Environment = System.Environment.GetEnvironmentVariable,
        };
    }

    public void Warn(string message) => Say("warning:", "\e[33m", message);

    public void Fail(string message) => Say("error:", "\e[31m", message);

    /// <summary>A line about what is going on.</summary>
    public void Note(string message) => Write(message);

    /// <summary>Hands over what is still to be printed. A result that nobody could take is no success.</summary>
    /// <returns>The exit code of the process.</returns>
    public async Task<int> CloseAsync(int exitCode)
    {
        await Out.FlushAsync();
        if (exitCode != ExitCode.Done || Output?.Failure is not { } failure)
        {
            return exitCode;
        }

        Fail($"standard output cannot be written: {failure}; what the command did is done, only its output is lost");
        return ExitCode.Failed;
    }

    public async ValueTask DisposeAsync()
    {
        await Out.FlushAsync();
        await Error.FlushAsync();
    }

    private void Say(string label, string color, string message) =>
        Write((ErrorHasColor ? $"{color}{label}\e[0m" : label) + " " + message);

    private void Write(string line)
    {
        // Warnings come from all tasks of a job.
        lock (_gate)
        {
            if (Interjection is { } interject)
            {
                interject(line);
            }
            else
            {
                Error.WriteLine(line);
            }
        }
    }
}
