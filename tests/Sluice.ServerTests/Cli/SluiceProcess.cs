using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sluice.Cli;

namespace Sluice.ServerTests.Cli;

/// <summary>The program as users have it: a process with a working directory of its own.</summary>
internal sealed class SluiceProcess : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private readonly Process _process;
    private readonly Task<string> _out;
    private readonly Task<string> _error;

    private SluiceProcess(ProcessStartInfo start)
    {
        start.UseShellExecute = false;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _out = _process.StandardOutput.ReadToEndAsync();
        _error = _process.StandardError.ReadToEndAsync();
    }

    public static SluiceProcess Start(string folder, params string[] args) =>
        new(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sluice.dll"), .. args]) { WorkingDirectory = folder });

    /// <summary>Starts another program, such as the launcher.</summary>
    public static SluiceProcess StartProgram(string program, string folder, params string[] args) =>
        new(new ProcessStartInfo(program, args) { WorkingDirectory = folder });

    public static async Task<Ended> RunAsync(string folder, params string[] args)
    {
        using var process = Start(folder, args);
        return await process.EndAsync();
    }

    /// <summary>Runs a command line inside the test, where a process would add nothing.</summary>
    public static async Task<Ended> RunInsideAsync(string[] args, Func<string, string?> environment)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        await using var shell = new Shell { Out = output, Error = error, Environment = environment };
        return new Ended(await CommandLine.RunAsync(args, shell), output.ToString(), error.ToString());
    }

    /// <param name="name">INT, TERM, ...</param>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    public async Task<Ended> EndAsync()
    {
        using var limit = new CancellationTokenSource(s_limit);
        await _process.WaitForExitAsync(limit.Token);
        return new Ended(_process.ExitCode, await _out, await _error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    /// <summary>What a process left.</summary>
    internal sealed record Ended(int ExitCode, string Out, string Error)
    {
        public JsonElement Json => JsonDocument.Parse(Out).RootElement;

        public override string ToString() => $"exit code {ExitCode}\n{Out}\n{Error}";
    }
}
