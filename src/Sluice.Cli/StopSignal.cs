using System.Runtime.InteropServices;

namespace Sluice.Cli;

/// <summary>SIGINT or SIGTERM as a wish to stop cleanly. The second one is left to the system, which ends the process at once.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    public CancellationToken Token => _source.Token;

    /// <summary>128 plus the signal that came (S-8).</summary>
    public int ExitCode { get; private set; } = Cli.ExitCode.Interrupted;

    /// <summary>Runs when the process is about to be ended at once: for what must not outlive it.</summary>
    public Action? LastWords { get; set; }

    public static StopSignal Listen()
    {
        var signal = new StopSignal();
        signal._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, signal.Handle));
        signal._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal.Handle));
        return signal;
    }

    /// <summary>Stops as the signal would.</summary>
    public void Stop(int exitCode)
    {
        ExitCode = exitCode;
        _source.Cancel();
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            LastWords?.Invoke();
            return;
        }

        context.Cancel = true;
        Stop(context.Signal == PosixSignal.SIGTERM ? Cli.ExitCode.Terminated : Cli.ExitCode.Interrupted);
    }
}
