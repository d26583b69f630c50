using System.Text.Json;
using Sluice.Cli;

namespace Sluice.Tests.Cli;

/// <summary>One run of the program inside the test: what it printed where, and its exit code.</summary>
internal sealed record Invocation(int ExitCode, string Out, string Error)
{
    /// <summary>The only thing on standard output, as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Out).RootElement;

    public static Task<Invocation> RunAsync(params string[] args) => RunAsync(new FakeJob(), args);

    public static async Task<Invocation> RunAsync(FakeJob job, string[] args, StopSignal? stop = null)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var shell = new Shell
        {
            Out = output,
            Error = error,
            Environment = _ => null,
            LoadScript = (_, _, _) => job.Plan,
            ListenForStop = () => stop ?? new StopSignal(),
        };
        var code = await CommandLine.RunAsync(args, shell);
        return new Invocation(code, output.ToString(), error.ToString());
    }
}
