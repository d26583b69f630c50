using Sluice.Engine.Execution;

namespace Sluice.Cli;

/// <summary>The exit codes that scripts around us rely on (S-8).</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Refused = 2;
    public const int DirtyLimit = 3;
    public const int Interrupted = 130;
    public const int Terminated = 143;

    public static int Of(JobStatus status, StopSignal stop) => status switch
    {
        JobStatus.Succeeded => Done,
        JobStatus.Refused => Refused,
        JobStatus.DirtyLimit => DirtyLimit,
        JobStatus.Stopped => stop.ExitCode,
        _ => Failed,
    };
}
