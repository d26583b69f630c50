using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisTables;

/// <summary>Random changelogs leave Redis as a naive interpreter of S-23 would, in every mode, with every primary key, with and
/// without buffering. A failure prints its seed and the fewest rows that show it.</summary>
[Collection(RedisCollection.Name)]
public sealed class ModelTests(RedisServer redis)
{
    private static readonly string[] s_kinds = ["+I", "+I", "+U", "-U", "-D"];

    private sealed record Case(string Mode, bool ElementKey, bool IgnoreDelete, int MaxRows, long Expiration, bool HasForeign, int BatchRows, bool Ticks, IReadOnlyList<string> Rows)
    {
        public override string ToString() =>
            $"{Mode}, element key {ElementKey}, ignoreDelete {IgnoreDelete}, max-rows {MaxRows}, expiration {Expiration}, foreign {HasForeign}, batches of {BatchRows}, ticks {Ticks}\n{string.Join('\n', Rows)}";
    }

    [Theory]
    [InlineData("STRING", false)]
    [InlineData("LIST", false)]
    [InlineData("LIST", true)]
    [InlineData("SET", false)]
    [InlineData("SET", true)]
    [InlineData("HASHMAP", false)]
    [InlineData("HASHMAP", true)]
    [InlineData("FLAT", false)]
    [InlineData("SORTEDSET", false)]
    [InlineData("SORTEDSET", true)]
    public async Task Redis_holds_what_a_naive_interpreter_holds(string mode, bool elementKey)
    {
        for (var seed = 0; seed < 150; seed++)
        {
            var random = new Random(seed);
            int[] maxRows = [0, 1, 2, 3, 10, 200, 5000];
            var count = random.Next(1, ((int[])[6, 40, 400, 3000])[random.Next(4)]);
            var rows = random.Next(3) == 0 ? Consistent(random, mode, elementKey, count) : Anything(random, mode, count);
            var test = new Case(mode, elementKey, random.Next(6) == 0, maxRows[random.Next(7)], random.Next(3) == 0 ? 1_000_000 : 0, random.Next(4) == 0,
                random.Next(1, ((int[])[3, 50, 4096])[random.Next(3)]), random.Next(4) == 0, rows);
            if (await FailureAsync(test) is { } failure)
            {
                var least = await ShrinkAsync(test);
                Assert.Fail($"seed {seed}: {failure}\nleast: {await FailureAsync(least)}\n{least}");
            }
        }
    }

    /// <summary>Rows of any kind in any order, nulls among them.</summary>
    private static List<string> Anything(Random random, string mode, int count)
    {
        var (keys, values) = (random.Next(1, 12), random.Next(1, 6));
        string Key() => random.Next(40) == 0 ? "null" : $"k{random.Next(keys)}";
        string Value() => random.Next(15) == 0 ? "null" : $"v{random.Next(values)}";
        string Score() => random.Next(15) switch { 0 => "null", 1 => "NaN", _ => $"{random.Next(4)}" };
        return [.. Enumerable.Range(0, count).Select(_ => $"{s_kinds[random.Next(5)]} {Key()} {(mode == "SORTEDSET" ? Score() : Value())}{(HasThree(mode) ? " " + Value() : "")}")];
    }

    /// <summary>The changelog of a table with that primary key: inserts of what is not there, updates and deletes of what is; the
    /// rows of an update come one after the other.</summary>
    private static List<string> Consistent(Random random, string mode, bool elementKey, int count)
    {
        var table = new Dictionary<string, string>();
        var rows = new List<string>();
        while (rows.Count < count)
        {
            var (key, element, other) = ($"k{random.Next(8)}", $"v{random.Next(5)}", $"{random.Next(5)}");
            var row = mode == "SORTEDSET" ? $"{key} {other} {element}" : HasThree(mode) ? $"{key} {element} {other}" : $"{key} {element}";
            var identity = elementKey ? $"{key} {element}" : key;
            if (!table.TryGetValue(identity, out var old))
            {
                rows.Add($"+I {row}");
                table[identity] = row;
            }
            else if (random.Next(3) > 0)
            {
                rows.AddRange([$"-U {old}", $"+U {row}"]);
                table[identity] = row;
            }
            else
            {
                rows.Add($"-D {old}");
                table.Remove(identity);
            }
        }

        return rows;
    }

    private static bool HasThree(string mode) => mode is "HASHMAP" or "FLAT" or "SORTEDSET";

    /// <summary>Takes rows away for as long as it still fails.</summary>
    private async Task<Case> ShrinkAsync(Case test)
    {
        var rows = 0;
        while (rows != test.Rows.Count)
        {
            rows = test.Rows.Count;
            test = await ShrinkOnceAsync(test);
        }

        return test;
    }

    private async Task<Case> ShrinkOnceAsync(Case test)
    {
        for (var size = Math.Max(1, test.Rows.Count / 2); size >= 1; size /= 2)
        {
            for (var at = 0; at + size <= test.Rows.Count;)
            {
                var less = test with { Rows = [.. test.Rows.Take(at), .. test.Rows.Skip(at + size)] };
                if (await FailureAsync(less) is not null)
                {
                    test = less;
                }
                else
                {
                    at += size;
                }
            }
        }

        return test;
    }

    /// <returns>What differs, or null.</returns>
    private async Task<string?> FailureAsync(Case test)
    {
        redis.Command("FLUSHDB");
        var model = new TableModel(test.Mode, test.ElementKey, test.IgnoreDelete);
        if (test.HasForeign)
        {
            foreach (var key in (string[])["k0", "k1"])
            {
                redis.Command("XADD", key, "*", "f", "v");
                model.Occupy(key);
            }
        }

        model.Apply(test.Rows);
        var (columns, primaryKey) = test.Mode switch
        {
            "SORTEDSET" => ("key STRING, score DOUBLE, value STRING", "key, value"),
            "HASHMAP" => ("key STRING, field STRING, value STRING", "key, field"),
            "FLAT" => ("key STRING, c1 STRING, c2 STRING", ""),
            _ => ("key STRING, value STRING", "key, value"),
        };
        var options = $"'port'='{redis.Port}', 'sink.buffer-flush.interval'='0', 'sink.buffer-flush.max-rows'='{test.MaxRows}', 'expiration'='{test.Expiration}', "
            + $"'ignoreDelete'='{test.IgnoreDelete}', " + (test.Mode == "FLAT" ? "'mode'='HASHMAP', 'flattenHash'='true'" : $"'mode'='{test.Mode}'");
        await using var table = new SinkTable(columns, test.ElementKey ? primaryKey : "key", options, dirtyLimit: null);
        foreach (var batch in test.Rows.Chunk(test.BatchRows))
        {
            await table.WriteAsync(batch);
            if (test.Ticks)
            {
                await table.TickAsync();
            }
        }

        await table.FlushAsync();
        var (read, written, skipped, dirty, unknown) = table.Rows;
        var actual = Content(test.Mode, test.Expiration > 0);
        if (!model.Expected().SequenceEqual(actual))
        {
            return $"expected {string.Join("; ", model.Expected())}\nfound {string.Join("; ", actual)}";
        }

        // A row that was overwritten in the buffer counts as written, whatever the server would have said to it (S-9).
        var asExpected = test.HasForeign || test.Rows.Any(r => r.Contains("NaN", StringComparison.Ordinal))
            ? read == test.Rows.Count && read == written + skipped + dirty && skipped == model.Skipped
            : (read, written, skipped, dirty) == (test.Rows.Count, model.Written, model.Skipped, model.Dirty);
        return asExpected && unknown == 0 ? null
            : $"{test.Rows.Count} rows, expected {model.Written} + {model.Skipped} + {model.Dirty}; {read} read, {written} written, {skipped} skipped, {dirty} dirty, {unknown} unknown";
    }

    /// <summary>All keys and what they hold.</summary>
    private List<string> Content(string mode, bool expires)
    {
        var content = new List<string>();
        foreach (var key in ((object?[])redis.Command("KEYS", "*")!).Cast<string>())
        {
            string[] Items(params string[] command) => [.. ((object?[])redis.Command(command)!).Cast<string>()];
            var type = (string)redis.Command("TYPE", key)!;
            if (type == "stream")
            {
                Assert.Equal(-1L, redis.Command("PTTL", key));
                content.Add(key + " foreign");
                continue;
            }

            content.Add(TableModel.Show(key, mode, type switch
            {
                "string" => [("", (string)redis.Command("GET", key)!)],
                "list" => Items("LRANGE", key, "0", "-1").Select(v => ("", v)),
                "set" => Items("SMEMBERS", key).Select(v => (v, "")),
                "zset" => Items("ZRANGE", key, "0", "-1", "WITHSCORES").Chunk(2).Select(p => (p[0], p[1])),
                _ => Items("HGETALL", key).Chunk(2).Select(p => (p[0], p[1])),
            }));
            Assert.Equal(expires, (long)redis.Command("PTTL", key)! is > 0 and <= 1_000_000);
        }

        return [.. content.Order(StringComparer.Ordinal)];
    }
}
