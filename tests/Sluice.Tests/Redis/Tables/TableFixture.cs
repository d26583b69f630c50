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
    private readonly SinkTable _table;

    public TableFixture(string columns, string primaryKey, string options)
    {
        var report = new Report(false, _ => { });
        var context = new TableContext(1, ".", TimeProvider.System, TimeZoneInfo.Utc, report, () => Stream.Null);
        Settings = RedisTableSettings.Take(SinkTable.Definition(columns, primaryKey), SinkTable.Options(options, report), context);
        Block = new SinkBlock(Settings.Layout.Columns.Length, Settings.Expiration);
        _stage = new RowStage(Settings);
        _table = new SinkTable(columns, primaryKey, options);
    }

    public RedisTableSettings Settings { get; }

    public SinkBlock Block { get; }

    public RowBatch Batch(params IEnumerable<string> rows) => _table.Batch(rows);

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
    public IEnumerable<string> Render(string row) => _table.Sink.Render(_table.Batch(row), 0);
}
