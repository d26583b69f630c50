using Sluice.Cli;
using Sluice.Cli.Progress;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;

namespace Sluice.Tests.Cli;

public class ProgressTests
{
    [Fact]
    public async Task A_live_bar_shows_rows_and_share_and_lets_warnings_through()
    {
        var error = new StringWriter();
        var shell = new Shell { Out = TextWriter.Null, Error = error, ErrorIsTerminal = true, Environment = _ => null };
        var job = new FakeJob
        {
            Rows = 30,
            AfterBatch = () =>
            {
                // The bar is on when it takes over what is said to the user.
                SpinWait.SpinUntil(() => shell.Interjection is not null, TimeSpan.FromSeconds(20));
                Thread.Sleep(300);
            },
        };
        var runner = new JobRunner(job.Plan, "unused.jsonl", new Report(strict: false, shell.Warn), TimeProvider.System);

        JobSummary summary;
        await using (ProgressDisplay.Start(runner, shell, quiet: false))
        {
            summary = await runner.RunAsync(CancellationToken.None);
            shell.Warn("something to know");
        }

        Assert.Equal(JobStatus.Succeeded, summary.Status);
        Assert.Contains("rows/s", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("━", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("warning: something to know", error.ToString(), StringComparison.Ordinal);
        Assert.Null(shell.Interjection);
    }

    [Fact]
    public async Task A_short_job_draws_nothing()
    {
        var error = new StringWriter();
        var shell = new Shell { Out = TextWriter.Null, Error = error, ErrorIsTerminal = true, Environment = _ => null };
        var runner = new JobRunner(new FakeJob().Plan, "unused.jsonl", new Report(strict: false, shell.Warn), TimeProvider.System);

        await using (ProgressDisplay.Start(runner, shell, quiet: false))
        {
            await runner.RunAsync(CancellationToken.None);
        }

        Assert.Empty(error.ToString());
    }

    [Fact]
    public async Task The_line_for_logs_names_rows_rates_and_share()
    {
        var runner = new JobRunner(new FakeJob().Plan, "unused.jsonl", new Report(strict: false, _ => { }), TimeProvider.System);
        var rates = new Rates(runner);
        rates.Update();
        Assert.Null(rates.Share);

        await runner.RunAsync(CancellationToken.None);
        rates.Update();

        Assert.Equal(0.99, rates.Share);
        Assert.Matches(@"^0 s: 25 rows read, 25 written, [\d,]+ rows/s, [\d.]+ MB/s, 99 ?%$", rates.ToLine());
    }
}
