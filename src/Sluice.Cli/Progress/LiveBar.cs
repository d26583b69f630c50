using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Sluice.Cli.Progress;

/// <summary>Progress for people: one line on the terminal that redraws itself. The terminal library is loaded here and nowhere
/// else, and only for jobs that take longer than a moment.</summary>
internal static class LiveBar
{
    // All of the line fits into 80 columns up to ten digits of rows.
    private const int BarWidth = 14;
    private static readonly TimeSpan s_firstAfter = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    public static async Task ShowAsync(Rates rates, Shell shell, CancellationToken end)
    {
        await Task.Delay(s_firstAfter, shell.Clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!end.IsCancellationRequested)
        {
            await DrawAsync(rates, shell, end);
        }
    }

    private static async Task DrawAsync(Rates rates, Shell shell, CancellationToken end)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = shell.ErrorHasColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(shell.Error),
        });
        shell.Interjection = line => console.WriteLine(line);
        try
        {
            await console.Live(new Text("")).AutoClear(true).StartAsync(async live =>
            {
                while (!end.IsCancellationRequested)
                {
                    rates.Update();
                    live.UpdateTarget(Line(rates));
                    await Task.Delay(s_interval, shell.Clock, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            });
        }
        finally
        {
            shell.Interjection = null;
        }
    }

    /// <summary>What matters of a job that reads a stream: how much comes out, what waits, and what had to be repeated.</summary>
    private static string Stream(Rates rates) => Markup.Escape(
        (rates.ShowsBoth ? string.Create(CultureInfo.InvariantCulture, $"  {rates.WrittenPerSecond:N0} rows/s out") : "")
        + (rates.Lags.Count == 0 ? "" : "  " + rates.LagText(2))
        + (rates.Retries == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"  {rates.Retries:N0} retries")));

    private static Markup Line(Rates rates)
    {
        var figures = string.Create(CultureInfo.InvariantCulture,
            $"  {rates.RowsRead:N0} rows  [green]{rates.RowsPerSecond:N0}[/] rows/s  {rates.MegabytesPerSecond:N1} MB/s  {rates.Elapsed:h\\:mm\\:ss}")
            + Stream(rates);
        if (rates.Share is not { } share)
        {
            return new Markup(figures) { Overflow = Overflow.Crop };
        }

        var full = (int)(share * BarWidth);
        var bar = $"[green]{new string('━', full)}[/][grey]{new string('━', BarWidth - full)}[/]";
        return new Markup(bar + string.Create(CultureInfo.InvariantCulture, $" {share,4:P0}") + figures) { Overflow = Overflow.Crop };
    }
}
