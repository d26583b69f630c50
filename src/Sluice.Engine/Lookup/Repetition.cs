using Sluice.Engine.Errors;
using Sluice.Engine.Execution;

namespace Sluice.Engine.Lookup;

/// <summary>Repeats what fails for a passing reason (S-31a).</summary>
internal sealed class Repetition(int maxRetries, TaskContext task)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(2);

    /// <param name="what">For the message: <c>looking up in table 'd'</c>.</param>
    /// <exception cref="EndpointException">The last attempt failed, too.</exception>
    public async Task RunAsync(Func<Task> attempt, string what, CancellationToken stop)
    {
        var pause = s_firstPause;
        for (var attempts = 1; ; attempts++)
        {
            try
            {
                await attempt();
                return;
            }
            catch (EndpointException e)
            {
                stop.ThrowIfCancellationRequested();
                if (attempts > maxRetries)
                {
                    throw GivenUp(e, what, attempts);
                }
            }

            await Task.Delay(pause, task.Clock, stop);
            task.Books.AddRetries(1);
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private static EndpointException GivenUp(EndpointException last, string what, int attempts)
    {
        var lead = $"{last.Endpoint}: ";
        var reason = last.Message.StartsWith(lead, StringComparison.Ordinal) ? last.Message[lead.Length..] : last.Message;
        var count = attempts == 1 ? "1 attempt" : $"{attempts} attempts";
        return new EndpointException(last.Endpoint, $"{reason} ({what} was given up after {count}; 'lookup.max-retries' allows more)", last);
    }
}
