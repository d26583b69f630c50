using System.Text;
using Sluice.Connectors.Redis;
using Sluice.Connectors.Redis.Lookups;
using Sluice.Engine.Connectors;
using Sluice.Engine.Lookup;
using Sluice.Engine.Options;
using Sluice.Redis.Pipelining;
using Sluice.Redis.Protocol;
using Sluice.ServerTests.Lookups;
using Sluice.ServerTests.RedisTables;

namespace Sluice.Tests.Redis.Lookups;

/// <summary>The commands of a batch of keys, and replies that no server should give.</summary>
public sealed class LookupReadTests
{
    private static LookupRead Read(string columns, string primaryKey, string options, string? asked = null)
    {
        var table = SinkTable.Definition(columns, primaryKey);
        var report = new Report(false, _ => { });
        var context = new TableContext(1, ".", TimeProvider.System, TimeZoneInfo.Utc, report, () => Stream.Null);
        int[] indexes = [.. Enumerable.Range(0, table.Columns.Count).Where(i => asked is null ? !table.PrimaryKey.Contains(table.Columns[i].Name) : asked.Split(", ").Contains(table.Columns[i].Name))];
        var settings = RedisLookupSettings.Take(table, indexes, SinkTable.Options(options, report), context);
        return settings.Mode.NewRead(settings);
    }

    /// <summary>The commands of the next round as redis-cli would take them.</summary>
    private static string[] NextRound(LookupRead read)
    {
        if (!read.NextRound())
        {
            return [];
        }

        var commands = new List<string>();
        var rest = read.Writer.Span;
        for (var i = 0; i < read.Commands; i++)
        {
            Assert.True(Sluice.Redis.Protocol.RespReader.TryRead(rest, out _, out var size));
            commands.Add(CommandText.Of(rest[..size]));
            rest = rest[size..];
        }

        Assert.Equal(0, rest.Length);
        return [.. commands];
    }

    private static void Answer(LookupRead read, string wire)
    {
        var exchange = new Exchange(default, read.Commands, read);
        var bytes = Encoding.UTF8.GetBytes(wire);
        for (var consumed = 0; consumed < bytes.Length;)
        {
            Assert.True(exchange.TryTakePart(bytes.AsSpan(consumed), out _, out var size));
            consumed += size;
        }

        Assert.Equal(read.Commands, exchange.Received);
    }

    [Fact]
    public void What_mget_has_nothing_for_is_asked_once_more_and_where_that_was_most_of_it_at_once()
    {
        var read = Read("k STRING, v STRING", "k", "'key-prefix'='p:'");
        var found = new FoundRows();
        read.Start(DimensionTable.Keys("a", "b", "c"), found);
        Assert.Equal(["MGET p:a p:b p:c"], NextRound(read));
        Answer(read, "*3\r\n_\r\n$1\r\nx\r\n_\r\n");
        Assert.Equal(["GET p:a", "GET p:c"], NextRound(read));
        Answer(read, "_\r\n-WRONGTYPE Operation against a key\r\n");
        Assert.Empty(NextRound(read));
        Assert.Equal((false, true, false, "p:c"), (found.Has(0), found.Has(1), found.Has(2), Encoding.UTF8.GetString(read.WrongTypeKey!)));

        // Two of three were missing.
        read.Start(DimensionTable.Keys("d", "e"), found);
        Assert.Equal(["GET p:d", "GET p:e"], NextRound(read));
        Answer(read, "$1\r\ny\r\n$1\r\nz\r\n");
        Assert.Empty(NextRound(read));
        Assert.Equal((true, true, null), (found.Has(0), found.Has(1), read.WrongTypeKey));

        // None was.
        read.Start(DimensionTable.Keys("d", "e"), found);
        Assert.Equal(["MGET p:d p:e"], NextRound(read));
    }

    [Fact]
    public void In_a_cluster_each_string_is_asked_for_alone_and_keys_that_are_redirected_are_noted()
    {
        var read = Read("k STRING, v STRING", "k", "'clusterMode'='true', 'key-prefix'='p:'");
        var found = new FoundRows();
        read.Start(DimensionTable.Keys("a", "b", "c"), found);
        Assert.Equal(["GET p:a", "GET p:b", "GET p:c"], NextRound(read));
        Answer(read, "$1\r\nx\r\n-MOVED 7 h:1\r\n-ASK 8 h:2\r\n");
        Assert.Empty(NextRound(read));
        Assert.Equal(((int?)1, "MOVED 7 h:1"), (read.Redirected[0].Key, read.Redirected[0].Error.Text));
        Assert.Equal(((int?)2, "ASK 8 h:2"), (read.Redirected[1].Key, read.Redirected[1].Error.Text));
        Assert.Equal((true, false, false, 2), (found.Has(0), found.Has(1), found.Has(2), read.Redirected.Count));
        Assert.Null(read.Refusal);

        read.Start(DimensionTable.Keys("a"), found, asks: true);
        Assert.True(read.NextRound());
        Assert.Equal((1, 2, "*1\r\n$6\r\nASKING\r\n*2\r\n$3\r\nGET\r\n$3\r\np:a\r\n"), (read.Commands, read.Replies, Encoding.UTF8.GetString(read.Writer.Span)));
        read.Reader.Reply(0, new RespReply(RespKind.SimpleString, "OK"u8, 0));
        Assert.Equal((false, false), (found.Has(0), read.HasUnexpected));
        read.Reader.Reply(1, new RespReply(RespKind.BulkString, "y"u8, 0));
        Assert.Equal((true, 0), (found.Has(0), read.Redirected.Count));
    }

    [Fact]
    public void Many_keys_are_more_than_one_command()
    {
        var read = Read("k STRING, v STRING", "k", "'hashName'='h'");
        read.Start(DimensionTable.Keys(Enumerable.Range(0, 1025).Select(i => $"{i}")), new FoundRows());
        var commands = NextRound(read);
        Assert.Equal([514, 514, 3], commands.Select(c => c.Split(' ').Length));
        Assert.Equal("HMGET h 1024", commands[2]);
        Assert.Empty(NextRound(read));
    }

    [Fact]
    public void Fields_that_are_not_wanted_are_asked_for_only_where_they_decide()
    {
        var read = Read("k STRING, a STRING, b STRING, c STRING", "k", "'mode'='HASHMAP'", asked: "b");
        var found = new FoundRows();
        read.Start(DimensionTable.Keys("1", "2", "3"), found);
        Assert.Equal(["HMGET 1 b", "HMGET 2 b", "HMGET 3 b"], NextRound(read));
        Answer(read, "*1\r\n_\r\n*1\r\n$1\r\nx\r\n*1\r\n_\r\n");
        Assert.Equal(["HMGET 1 a c", "HMGET 3 a c"], NextRound(read));
        Answer(read, "*2\r\n_\r\n$1\r\ny\r\n*2\r\n_\r\n_\r\n");
        Assert.Empty(NextRound(read));
        Assert.Equal((true, true, false), (found.Has(0), found.Has(1), found.Has(2)));
        Assert.Equal("FFFFFFFF", Convert.ToHexString(found[0]));
        Assert.Equal("0100000078", Convert.ToHexString(found[1]));
    }

    [Theory]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "k", "*3\r\n_\r\n_\r\n_\r\n")]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "k", "*0\r\n")]
    [InlineData("'mode'='STRING'", "k STRING, v STRING", "k", "$1\r\nx\r\n")]
    [InlineData("'mode'='HASHMAP'", "k STRING, v STRING", "k", "*2\r\n_\r\n_\r\n*0\r\n")]
    [InlineData("'mode'='HASHMAP'", "k STRING, v STRING", "k", ":1\r\n+OK\r\n")]
    [InlineData("'hashName'='h'", "k STRING, v STRING", "k", "*3\r\n_\r\n_\r\n_\r\n")]
    [InlineData("'mode'='LIST'", "k STRING, v TEXTS", "k", ":1\r\n:2\r\n")]
    [InlineData("'mode'='SORTEDSET'", "k STRING, m STRING, s DOUBLE", "k, m", "*1\r\n:1\r\n*0\r\n")]
    public void A_reply_of_another_kind_is_noticed(string options, string columns, string primaryKey, string wire)
    {
        var read = Read(columns, primaryKey, options);
        read.Start(primaryKey == "k" ? DimensionTable.Keys("1", "2") : DimensionTable.Pairs(("1", "a"), ("2", "b")), new FoundRows());
        NextRound(read);
        Answer(read, wire);
        Assert.True(read.HasUnexpected);
    }
}
