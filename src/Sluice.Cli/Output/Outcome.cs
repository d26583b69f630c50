using Sluice.Engine.Execution;

namespace Sluice.Cli.Output;

/// <summary>How a command that never got to run a job says so.</summary>
internal static class Outcome
{
    /// <summary>Prints the error, and the summary as JSON where that was asked for.</summary>
    public static int Report(JobSummary summary, bool json, Shell shell)
    {
        if (summary.Error is { } error)
        {
            shell.Fail(error);
        }

        if (json)
        {
            SummaryJson.Write(summary, shell.Out);
        }

        return summary.Status == JobStatus.Refused ? ExitCode.Refused : ExitCode.Failed;
    }
}
