using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Sluice.Cli.Demo;
using Sluice.Cli.Output;
using Sluice.Engine.Execution;
using Sluice.Jobs;
using Sluice.Redis.Connections;
using Sluice.Sql;
using Report = Sluice.Engine.Options.Report;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice demo</c>: a tour on a server of its own.</summary>
internal sealed class DemoCommand : Command, IHasExamples
{
    private const int HangupExitCode = 129;
    private const string NewCity = "Reykjavík";
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly Option<bool> _keep = new("--keep") { Description = "Keep the server and the database until Ctrl-C, to try more on them." };
    private readonly Shell _shell;

    private DemoCommand(Shell shell)
        : base("demo", "A tour: a private Redis server, a small database, real jobs. Leaves nothing behind.")
    {
        _shell = shell;
        Add(_keep);
        SetAction((parsed, _) => RunAsync(parsed.GetValue(_keep)));
    }

    public IReadOnlyList<string> Examples { get; } =
    [
        "sluice demo",
        "sluice demo --keep                   the server stays until Ctrl-C",
    ];

    public static Command Create(Shell shell) => new DemoCommand(shell);

    private async Task<int> RunAsync(bool keep)
    {
        using var stop = _shell.ListenForStop();
        // A closed terminal must not leave the server behind either.
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            stop.Stop(HangupExitCode);
        });
        var program = await Prerequisites.EnsureAsync(_shell, stop.Token);
        var folder = Directory.CreateTempSubdirectory("sluice-demo-").FullName;
        try
        {
            await using var redis = await PrivateRedis.StartAsync(program, folder, _shell.Clock, stop.Token);
            stop.LastWords = redis.Kill;
            return await TourAsync(redis, Path.Combine(folder, "shop.db"), keep, stop);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return stop.ExitCode;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> TourAsync(PrivateRedis redis, string database, bool keep, StopSignal stop)
    {
        await using var connection = await redis.ConnectAsync(_shell.Clock, stop.Token);
        Say($"1. A Redis server of its own: 127.0.0.1:{redis.Port}" + (connection.Server.Version is { } version ? $" ({version})" : ""));
        ShopDatabase.Create(database);
        Say($"2. A SQLite database with {Count(ShopDatabase.Customers)} customers: {database}");
        Say("3. Two job scripts:");
        foreach (var script in (string[])["customers.json", "profiles.json"])
        {
            var summary = await RunJobAsync(script, redis.Port, database, stop.Token);
            if (summary.Status != JobStatus.Succeeded)
            {
                return Outcome.Report(summary, json: false, _shell);
            }
        }

        await ShowAsync(connection, stop.Token);
        var streamed = await RunStreamAsync(redis.Port, connection, database, stop.Token);
        if (streamed.Status != JobStatus.Succeeded)
        {
            return Outcome.Report(streamed, json: false, _shell);
        }

        await ShowStreamAsync(connection, stop.Token);
        SayWhatNext(redis.Port, database, keep);
        if (keep)
        {
            await _shell.Out.FlushAsync(CancellationToken.None);
            await Task.Delay(Timeout.InfiniteTimeSpan, _shell.Clock, stop.Token);
        }

        return ExitCode.Done;
    }

    private async Task<JobSummary> RunJobAsync(string script, int port, string database, CancellationToken stop)
    {
        Say($"   sluice run examples/demo/{script} -p port={port} -p db={database}");
        var options = new ScriptOptions
        {
            Path = Path.Combine(AppContext.BaseDirectory, "examples", "demo", script),
            Parameters = new Dictionary<string, string> { ["port"] = port.ToString(CultureInfo.InvariantCulture), ["db"] = database },
            Clock = _shell.Clock,
            Environment = _shell.Environment,
        };
        var report = new Report(strict: true, _shell.Warn);
        var plan = _shell.LoadScript(options, _shell.Connectors, report);
        var summary = await new JobRunner(plan, Path.ChangeExtension(database, ".dirty.jsonl"), report, _shell.Clock).RunAsync(stop);
        Say(string.Create(CultureInfo.InvariantCulture,
            $"      {summary.RowsRead:N0} rows read, {summary.RowsWritten:N0} written in {summary.Elapsed.TotalSeconds:N2} s"));
        return summary;
    }

    /// <summary>A stream that two INSERTs share; how it gets on is shown while it runs, and a customer moves meanwhile.</summary>
    private async Task<JobSummary> RunStreamAsync(int port, RedisConnection redis, string database, CancellationToken stop)
    {
        Say("5. A stream in SQL: orders come in at 2,000 a second, get the names of their customers from Redis,");
        Say("   and keep two structures up to date");
        Say($"   sluice sql examples/demo/stream.sql -p port={port}");
        var report = new Report(strict: true, _shell.Warn);
        var parameters = new Dictionary<string, string> { ["port"] = port.ToString(CultureInfo.InvariantCulture) };
        var script = SqlScripts.Compile(_shell, report, Path.Combine(AppContext.BaseDirectory, "examples", "demo", "stream.sql"), null, parameters, null, json: false);
        var runner = new JobRunner([.. script.Steps.OfType<RunStep>().Select(s => s.Plan)], Path.ChangeExtension(database, ".dirty.jsonl"), report, _shell.Clock);
        var running = runner.RunAsync(stop);
        var hasMoved = false;
        while (await Task.WhenAny(running, Task.Delay(s_look, _shell.Clock, CancellationToken.None)) != running)
        {
            Say(string.Create(CultureInfo.InvariantCulture, $"      {runner.Elapsed.TotalSeconds:N0} s: {runner.Books.Read:N0} orders read, {runner.Books.Written:N0} rows written"));
            if (!hasMoved)
            {
                hasMoved = true;
                await redis.CallAsync(stop, "HSET", "customer:17", "city", NewCity);
                Say($"   > HSET customer:17 city {NewCity}          (the stream has that customer in memory, and is told)");
            }

            await _shell.Out.FlushAsync(CancellationToken.None);
        }

        var summary = await running;
        Say(string.Create(CultureInfo.InvariantCulture,
            $"      {summary.RowsRead:N0} orders read once, {summary.RowsWritten:N0} rows written in {summary.Elapsed.TotalSeconds:N2} s"));
        foreach (var line in SummaryText.LookupLines(summary.Metrics))
        {
            Say($"      {line}");
        }

        return summary;
    }

    private async Task ShowStreamAsync(RedisConnection redis, CancellationToken stop)
    {
        Say("   > ZRANGE top-orders 0 2 REV WITHSCORES");
        var ranking = await redis.CallAsync(stop, "ZRANGE", "top-orders", "0", "2", "REV", "WITHSCORES") as object?[] ?? [];
        var flat = ranking.SelectMany(item => item as object?[] ?? [item]).ToList();
        for (var i = 0; i + 1 < flat.Count; i += 2)
        {
            Say($"     customer {flat[i],-5} {flat[i + 1]}");
        }

        Say("   > HGETALL last-order:17");
        var fields = await redis.CallAsync(stop, "HGETALL", "last-order:17") as object?[] ?? [];
        Say("     " + string.Join(", ", Enumerable.Range(0, fields.Length / 2).Select(i => $"{fields[2 * i]} {fields[(2 * i) + 1]}")));
    }

    private async Task ShowAsync(RedisConnection redis, CancellationToken stop)
    {
        Say($"4. What is in Redis now: {Count(Convert.ToInt64(await redis.CallAsync(stop, "DBSIZE"), CultureInfo.InvariantCulture))} keys, such as");
        foreach (var command in (string[][])[["HGETALL", "customer:17"], ["GET", "profile:17"], ["TTL", "profile:17"]])
        {
            Say("   > " + string.Join(' ', command));
            var reply = await redis.CallAsync(stop, command);
            if (reply is not object?[] pairs)
            {
                Say($"     {reply ?? "(nil)"}");
                continue;
            }

            for (var i = 0; i + 1 < pairs.Length; i += 2)
            {
                Say($"     {pairs[i],-8} {pairs[i + 1]}");
            }
        }
    }

    private void SayWhatNext(int port, string database, bool keep)
    {
        Say("");
        Say("Try next:");
        if (keep)
        {
            Say($"  redis-cli -p {port} hgetall customer:42");
            Say($"  ./sluice run examples/demo/customers.json -p port={port} -p db={database} --dry-run 3");
            Say($"  ./sluice run examples/demo/customers.json -p port={port} -p db={database} --json");
            Say($"  ./sluice sql examples/demo/stream.sql -p port={port}");
            Say("The server and the database stay until Ctrl-C.");
        }
        else
        {
            Say("  ./sluice demo --keep                                                       the same, and the server stays");
            Say("  ./sluice explain examples/demo/customers.json -p port=6379 -p db=shop.db   what this job does, without doing it");
            Say("  ./sluice explain examples/demo/stream.sql -p port=6379                     and what the stream does");
            Say("  ./sluice sql -e \"SELECT UPPER('redis'), CURRENT_DATE\"                      a bare SELECT prints its rows");
            Say("  README.md has a complete first job from MySQL to your own Redis.");
        }
    }

    private void Say(string line) => _shell.Out.WriteLine(line);

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
