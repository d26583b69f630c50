using Sluice.Connectors.Redis.Delivery;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>A Redis sink table of SQL (S-21 to S-26).</summary>
internal sealed class RedisTableSink(RedisTableSettings settings) : ISink
{
    private readonly RedisPipelines _pipelines = new(settings.Server, settings.RetryTimeout, settings.Clock);

    private RedisGuardStore? _guards;

    public string Name => $"redis {settings.Server.Name}/{settings.Server.Database}";

    /// <summary>Large batches are cheap to make; how many rows make a flush is the writer's business.</summary>
    public BatchSize BatchSize => BatchSize.Of(BatchSize.MaxRows);

    public void Bind(Schema schema)
    {
        if (schema.Count != settings.Layout.Columns.Length)
        {
            throw new ProtocolException($"table '{settings.Layout.Table.Name}' has {settings.Layout.Columns.Length} columns and is given {schema.Count} ({schema})");
        }
    }

    public IEnumerable<string> Explain(Schema? schema)
    {
        string[] columns = [.. settings.Layout.Columns.Select(c => $"{{{c.Name}}}")];
        columns[0] = System.Text.Encoding.UTF8.GetString(settings.KeyPrefix) + columns[0];
        var mode = settings.Mode;
        yield return $"+I, +U: {mode.DescribeWrite(columns)}{(settings.Expiration == 0 ? "" : $", expiring after {settings.Expiration} ms")}";
        if (mode.DescribeNull(columns) is { } ofNull)
        {
            yield return $"null:   {ofNull}";
        }

        var delete = settings.Layout.DeletesElements ? mode.DescribeRemove(columns) : $"DEL {columns[0]}";
        yield return settings.IgnoresDeletes ? "-U, -D: ignored" : $"-D:     {delete}";
        if (!settings.IgnoresDeletes)
        {
            yield return $"-U:     {delete}{(mode.Replaces ? ", unless the +U after it overwrites the same element" : "")}";
        }

        yield return settings.MaxRows == 0 ? "flush:  each row at once"
            : $"flush:  {settings.MaxRows} rows{(settings.Interval > TimeSpan.Zero ? $" or {settings.Interval.TotalMilliseconds} ms" : "")}";
        if (RedisConnectionSettings.Describe(settings.Server) is { Length: > 0 } server)
        {
            yield return $"server: {server}";
        }

        if (settings.IsExactlyOnce)
        {
            yield return "delivery: exactly-once";
        }
    }

    public Task PrepareAsync(CancellationToken stop) => _pipelines.PrepareAsync(stop);

    public bool IsExactlyOnce => settings.IsExactlyOnce;

    public IPositionStore? Positions(JobInstance instance)
    {
        if (!settings.IsExactlyOnce)
        {
            return null;
        }

        if (_guards is not null)
        {
            throw new ConfigException(settings.DeliveryPlace, $"exactly-once is not supported yet where one statement writes the table '{settings.Layout.Table.Name}' from several sources; write them in statements of their own");
        }

        return _guards = RedisGuardStore.Of(
            instance, settings.DeliveryPlace, Name,
            _pipelines.OpenStore(Name, StoredHash.JobPrefix + instance.Id), _pipelines.OpenSlots(instance, !settings.Mode.Replaces),
            settings.PositionRetention, settings.Clock);
    }

    public ISinkWriter Open(TaskContext task) => settings.IsExactlyOnce
        ? new GuardedTableWriter(settings, task, _pipelines, _guards ?? throw new InvalidOperationException("no positions"))
        : new RedisTableWriter(settings, task, _pipelines);

    public Task ConfirmAsync(CancellationToken stop) => _pipelines.ConfirmAsync(_guards, stop);

    public IEnumerable<string> Render(RowBatch rows, int row)
    {
        var block = settings.NewBlock();
        var stage = new RowStage(settings);
        stage.Stage(block, rows, row, 1);
        stage.Release(block);
        if (stage.Rejects is [var reject])
        {
            yield return $"# dirty: column '{reject.Column}': {reject.Reason}";
        }
        else if (block.Ops[0] == RowOp.None)
        {
            yield return "# skipped: 'ignoreDelete'";
        }
        else
        {
            settings.Mode.EncodeOne(block, 0);
        }

        for (var command = 0; command < block.Count; command++)
        {
            yield return CommandText.Of(block.Command(command));
        }

        block.Clear();
    }
}
