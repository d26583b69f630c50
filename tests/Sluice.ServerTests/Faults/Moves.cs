using System.Globalization;
using System.Text.Json;
using Sluice.Engine.Execution;
using Sluice.ServerTests.Cli;
using Sluice.ServerTests.RedisWriter;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Faults;

/// <summary>Who uses a server.</summary>
public enum User
{
    /// <summary>A job script: string/set.</summary>
    Strings,
    /// <summary>A job script: list/rpush, at least once.</summary>
    Lists,
    /// <summary>The same, exactly once.</summary>
    ListsOnce,
    /// <summary>A sink table: STRING.</summary>
    StringTable,
    /// <summary>A sink table: LIST, at least once.</summary>
    ListTable,
    /// <summary>The same, exactly once.</summary>
    ListTableOnce,
    /// <summary>A dimension table: STRING.</summary>
    Lookups,
}

/// <summary>How a run ended.</summary>
internal sealed record Outcome(int Code, string Error, long Read, long Written, long Skipped, long Dirty, long Unknown, long Retries, long Repeated, string[] Found)
{
    public bool Balances => Read == Written + Skipped + Dirty + Unknown;
}

/// <summary>Moves the same rows as one of the users would: row i has the key <c>k(i mod 100)</c> and the value <c>v(i).</c>; for lookups
/// there are 2000 keys, and <c>d(i mod 2000)</c> is found. Scripts run inside the test.</summary>
internal sealed class Moves : IDisposable
{
    private readonly string _folder = ServerProcess.NewFolder("faults");
    private readonly User _user;
    private readonly int _count;
    private readonly int _keys;
    private int _runs;

    public Moves(User user, int count)
    {
        (_user, _count, _keys) = (user, count, user == User.Lookups ? 2000 : 100);
        File.WriteAllLines(Path.Combine(_folder, "rows.json"), Enumerable.Range(0, count).Select(i => $$"""{"k":"k{{i % _keys}}","v":"{{Value(i)}}"}"""));
    }

    public static string Value(int row) => string.Create(CultureInfo.InvariantCulture, $"v{row}.");

    /// <summary>What a request of the rows in the middle holds.</summary>
    public string Middle => _user == User.Lookups ? "k50\r\n" : Value(_count / 2);

    /// <summary>What must be there before the run.</summary>
    public void Prepare(Func<string[], object?> command)
    {
        for (var i = 0; _user == User.Lookups && i < _keys; i++)
        {
            command(["SET", $"k{i}", $"d{i}"]);
        }
    }

    /// <param name="patience">For S-19's timeout, <c>sink.retry-timeout</c>, or the number of <c>lookup.max-retries</c>: as much as it takes, or very little.</param>
    /// <param name="options">More connection options: <c>username=u</c>.</param>
    public async Task<Outcome> RunAsync(int port, bool patience, params string[] options) => _user switch
    {
        User.Strings => await JobAsync(port, patience, "'writeMode':{'type':'string'},'batchSize':250", options),
        User.Lists => await JobAsync(port, patience, "'writeMode':{'type':'list'},'batchSize':250", options),
        User.ListsOnce => await JobAsync(port, patience, "'writeMode':{'type':'list'},'batchSize':250,'deliveryGuarantee':'exactly-once'", options),
        User.StringTable => await TableAsync(port, patience, "k", "'mode' = 'STRING'", options),
        User.ListTable => await TableAsync(port, patience, "k, v", "'mode' = 'LIST'", options),
        User.ListTableOnce => await TableAsync(port, patience, "k, v", "'mode' = 'LIST', 'sink.delivery-guarantee' = 'exactly-once'", options),
        _ => await LookUpAsync(port, patience, options),
    };

    /// <summary>Everything is there, in order, nothing twice but what was said, and the books balance.</summary>
    public void AssertDone(Outcome ended, Func<string[], object?> command)
    {
        Assert.True(ended.Code == 0, ended.Error);
        Assert.Equal((_count, 0L, 0L, 0L), (ended.Read, ended.Skipped, ended.Dirty, ended.Unknown));
        Assert.Equal(_count, ended.Written);
        if (_user == User.Lookups)
        {
            var expected = Enumerable.Range(0, _count).Select(i => $$"""{"v":"{{Value(i)}}","d":"d{{i % _keys}}"}""");
            Assert.Equal(expected.Order(StringComparer.Ordinal), ended.Found.Order(StringComparer.Ordinal));
            return;
        }

        var twice = 0L;
        for (var key = 0; key < _keys; key++)
        {
            var rows = Enumerable.Range(0, (_count - key + _keys - 1) / _keys).Select(n => Value((n * _keys) + key)).ToList();
            if (_user is User.Strings or User.StringTable)
            {
                Assert.Equal(rows[^1], command(["GET", $"k{key}"]));
                continue;
            }

            var found = ((object?[])command(["LRANGE", $"k{key}", "0", "-1"])!).Cast<string>();
            List<string> elements = [.. _user is User.ListTable or User.ListTableOnce ? found.Reverse() : found];
            Assert.Equal(rows, _user is User.Lists or User.ListTable ? elements.Distinct() : elements);
            twice += elements.Count - rows.Count;
        }

        Assert.InRange(twice, 0, ended.Repeated);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<Outcome> JobAsync(int port, bool patience, string writer, string[] options)
    {
        using var job = new WriterJob();
        var rows = Enumerable.Range(0, _count).Select(i => (object?[])[$"k{i % _keys}", Value(i)]);
        var connection = string.Concat(options.Append("connect.timeout=20s").Select(o => o.Split('=', 2)).Select(o => $"'{o[0]}':'{o[1]}',"));
        var ended = await job.RunAsync($"'host':'127.0.0.1','port':{port},'keyIndexes':0,'timeout':{(patience ? 60_000 : 500)},{connection}{writer}", "k,v", rows);
        var code = ended.Status switch
        {
            JobStatus.Succeeded => 0,
            JobStatus.Failed => 1,
            JobStatus.Refused => 2,
            _ => 3,
        };
        return new Outcome(code, $"{ended.Error}", ended.RowsRead, ended.RowsWritten, ended.RowsSkipped, ended.RowsDirty, ended.RowsUnknown,
            ended.Retries, (long)ended.Metrics.GetValueOrDefault("possiblyRepeatedElements"), []);
    }

    private Task<Outcome> TableAsync(int port, bool patience, string key, string more, string[] options) => SqlAsync($"""
        CREATE TABLE r (k STRING, v STRING, PRIMARY KEY ({key}) NOT ENFORCED)
          WITH ('connector' = 'redis', {Connection(port, options)}, 'sink.retry-timeout' = '{(patience ? "60 s" : "500 ms")}', {more});
        INSERT INTO r SELECT k, v FROM t;
        """);

    private async Task<Outcome> LookUpAsync(int port, bool patience, string[] options)
    {
        var folder = Path.Combine(_folder, $"found{_runs++}");
        var ended = await SqlAsync($"""
        CREATE TABLE r (v STRING, d STRING) WITH ('connector' = 'filesystem', 'path' = '{folder}', 'format' = 'json');
        CREATE TABLE d (k STRING, v STRING, PRIMARY KEY (k) NOT ENFORCED)
          WITH ('connector' = 'redis', {Connection(port, options)}, 'lookup.max-retries' = '{(patience ? 60 : 1)}');
        INSERT INTO r SELECT t.v, d.v FROM t JOIN d FOR SYSTEM_TIME AS OF t.proctime ON t.k = d.k;
        """);
        return ended with { Found = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "part-*").SelectMany(File.ReadAllLines)] : [] };
    }

    private static string Connection(int port, string[] options) =>
        string.Join(", ", options.Append("connect.timeout=20s").Prepend($"port={port}").Prepend("host=127.0.0.1").Select(o => o.Split('=', 2)).Select(o => $"'{o[0]}' = '{o[1]}'"));

    private async Task<Outcome> SqlAsync(string statements)
    {
        var file = Path.Combine(_folder, "job.sql");
        await File.WriteAllTextAsync(file, $"""
            SET 'pipeline.name' = 'faults';
            CREATE TABLE t (k STRING, v STRING, proctime AS PROCTIME()) WITH ('connector' = 'filesystem', 'path' = '{_folder}/rows.json', 'format' = 'json');
            {statements}
            """);
        var ended = await SluiceProcess.RunInsideAsync(["sql", file, "--json", "--dirty-records", Path.Combine(_folder, "dirty.jsonl")], _ => null);
        Assert.False(ended.Error.Contains("internal error", StringComparison.Ordinal), ended.Error);
        var summary = JsonDocument.Parse(ended.Out.TrimEnd('\n').Split('\n')[^1]).RootElement;
        long Number(string name) => summary.GetProperty(name).GetInt64();
        var repeated = summary.GetProperty("metrics").TryGetProperty("possiblyRepeatedElements", out var value) ? value.GetInt64() : 0;
        return new Outcome(ended.ExitCode, ended.Error, Number("rowsRead"), Number("rowsWritten"), Number("rowsSkipped"), Number("rowsDirty"), Number("rowsUnknown"),
            Number("retries"), repeated, []);
    }
}
