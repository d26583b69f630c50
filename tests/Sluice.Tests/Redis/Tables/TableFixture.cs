using Sluice.Connectors.Redis;
using Sluice.Connectors.Redis.Tables;
using Sluice.Engine.Connectors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.ServerTests.RedisTables;

namespace Sluice.Tests.Redis.Tables;

/// <summary>The encoding of a table's rows, without a server.</summary>
internal sealed class TableFixture
{
    private readonly RowStage _stage;
    private readonly RowBatchPool _pool;

    public TableFixture(string columns, string primaryKey, string options)
    {
        var report = new Report(false, _ => { });
        var context = new TableContext(1, ".", TimeProvider.System, TimeZoneInfo.Utc, report, () => Stream.Null);
        var definition = SinkTable.Definition(columns, primaryKey);
        Settings = RedisTableSettings.Take(definition, SinkTable.Options(options, report), context);
        Block = new SinkBlock(Settings.Layout.Columns.Length, Settings.Expiration);
        _stage = new RowStage(Settings);
        _pool = new RowBatchPool(SinkTable.SchemaOf(definition), new BatchSize(1000, 1 << 20));
    }

    public RedisTableSettings Settings { get; }

    public SinkBlock Block { get; }

    public RowBatch Batch(params IEnumerable<string> rows) => SinkTable.Batch(_pool, rows);

    /// <summary>Takes a batch as one flush.</summary>
    public void Encode(RowBatch rows)
    {
        _stage.Stage(Block, rows, 0, rows.Count);
        _stage.Release(Block);
        Settings.Mode.Encode(Block, Block.Encoded, Block.Rows);
        Block.Encoded = Block.Rows;
    }

    /// <summary>The commands of one flush as redis-cli would take them.</summary>
    public string[] Commands(params IEnumerable<string> rows)
    {
        using var batch = Batch(rows);
        Block.Clear();
        Encode(batch);
        return [.. Enumerable.Range(0, Block.Count).Select(i => CommandText.Of(Block.Command(i)))];
    }

    /// <summary>The commands of a row by itself.</summary>
    public IEnumerable<string> Render(string row) => new RedisTableSink(Settings).Render(Batch(row), 0);
}
