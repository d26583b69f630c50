using System.Globalization;
using System.Text;
using Sluice.Connectors.Redis.Delivery;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Redis.Connections;

namespace Sluice.Connectors.Redis;

/// <summary>Writes rows to a Redis server, or to a cluster (S-12 to S-20).</summary>
internal sealed class RedisSink(RedisWriterSettings settings, TimeProvider clock) : ISink
{
    private readonly RedisPipelines _pipelines = new(settings.Server, settings.Timeout, clock);
    private RowEncoder? _encoder;
    private RedisGuardStore? _guards;

    public string Name => $"redis {settings.Server.Name}/{settings.Server.Database}";

    public BatchSize BatchSize => BatchSize.Of(settings.BatchSize);

    public void Bind(Schema schema) => _encoder = new RowEncoder(settings, schema);

    public IEnumerable<string> Explain(Schema? schema)
    {
        string NameOf(int index) => schema is not null && index < schema.Count ? $"{{{schema[index].Name}}}" : $"{{column {index}}}";
        var key = string.Join(Delimiter.Show(Encoding.UTF8.GetString(settings.KeyDelimiter)), settings.KeyIndexes.Select(NameOf));
        yield return $"{settings.Mode.Command} {key} {Values(NameOf, schema)}{(settings.Mode.Type == "string" && !settings.Expiry.IsNone ? " " + Show(settings.Expiry.SetWord) + " " + settings.Expiry.Argument : "")}";
        if (settings.Mode.Type != "string" && !settings.Expiry.IsNone)
        {
            yield return $"{Show(settings.Expiry.Command)} {key} {settings.Expiry.Argument}";
        }

        if (RedisConnectionSettings.Describe(settings.Server) is { Length: > 0 } server)
        {
            yield return $"server: {server}";
        }

        if (settings.IsExactlyOnce)
        {
            yield return "delivery: exactly-once";
        }
    }

    public IEnumerable<KeyValuePair<string, string>> Fingerprint()
    {
        static string Hex(byte[] bytes) => Convert.ToHexString(bytes);
        var columns = settings.Columns?.Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Index} {c.Type} {c.Name}"));
        return
        [
            new("keyIndexes", string.Join(',', settings.KeyIndexes)),
            new("keyFieldDelimiter", Hex(settings.KeyDelimiter)),
            new("writeMode", $"{settings.Mode.Type} {settings.Mode.Command} {Hex(settings.ValueDelimiter)}"),
            new("column", columns is null ? "" : string.Join('\n', columns)),
            new("expireTime", settings.Expiry.IsNone ? "" : $"{Show(settings.Expiry.SetWord)} {settings.Expiry.Argument}"),
            new("dateFormat", settings.DateFormat?.Pattern ?? ""),
            new("selectDatabase", settings.Server.Database.ToString(CultureInfo.InvariantCulture)),
            new("deliveryGuarantee", settings.IsExactlyOnce ? "exactly-once" : "at-least-once"),
        ];
    }

    public IPositionStore? Positions(JobInstance instance)
    {
        if (!settings.IsExactlyOnce)
        {
            return new RedisPositionStore(instance, Name, (key, stop) => _pipelines.ConnectAsync(key, stop), () => _pipelines.Idle,
                settings.Mode.IsRepeatable ? null : "may stand twice in lists; 'deliveryGuarantee' exactly-once avoids that", settings.Timeout, clock);
        }

        return _guards = RedisGuardStore.Of(
            instance, settings.DeliveryPlace, Name,
            _pipelines.OpenStore(Name, StoredHash.JobPrefix + instance.Id), _pipelines.OpenSlots(instance, !settings.Mode.IsRepeatable),
            settings.PositionRetention, clock);
    }

    public bool IsExactlyOnce => settings.IsExactlyOnce;

    public Task PrepareAsync(CancellationToken stop) => _pipelines.PrepareAsync(stop);

    public ISinkWriter Open(TaskContext task) =>
        new RedisSinkWriter(settings, _encoder ?? throw new InvalidOperationException("not bound"), task, _pipelines, settings.IsExactlyOnce ? _guards ?? throw new InvalidOperationException("no positions") : null);

    public Task ConfirmAsync(CancellationToken stop) => _pipelines.ConfirmAsync(_guards, stop);

    public IEnumerable<string> Render(RowBatch rows, int row)
    {
        var block = new WriteBlock(rows.Capacity) { Rows = rows };
        _encoder!.EncodeOnly(block, row);
        foreach (var reject in block.Rejects)
        {
            yield return $"# dirty: {(reject.Column < 0 ? "" : $"column '{rows.Schema[reject.Column].Name}': ")}{reject.Reason}";
        }

        if (block.Rejects.Count == 0 && block.Count == 0)
        {
            yield return "# skipped: every field is null";
        }

        for (var i = 0; i < block.Count; i++)
        {
            var kind = block.RowsOf(i).Kind;
            if (kind != CommandKind.Script)
            {
                yield return CommandText.Of(block.Command(i));
            }
        }

        foreach (var line in RenderScripts(block))
        {
            yield return line;
        }
    }

    /// <summary>Where write and expiry go in one script, it is shown as the two commands that it runs.</summary>
    private IEnumerable<string> RenderScripts(WriteBlock block)
    {
        for (int i = 0, count = block.Count; i < count; i++)
        {
            if (block.RowsOf(i) is { Kind: CommandKind.Script } rows)
            {
                settings.Mode.Data(block, rows.First, rows.Count);
                yield return CommandText.Of(block.Command(block.Count - 1));
                Writes.WriteMode.Expire(block, rows.First, rows.Count);
                yield return CommandText.Of(block.Command(block.Count - 1));
            }
        }
    }

    private string Values(Func<int, string> nameOf, Schema? schema)
    {
        if (settings.Columns is { } columns)
        {
            return settings.Mode.Type == "hash"
                ? settings.Mode.Describe([.. columns.Select(c => nameOf(c.Index))], [.. columns.Select(c => c.Name)])
                : "{" + string.Join(",", columns.Select(c => $"\"{c.Name}\":{nameOf(c.Index)}")) + "}";
        }

        if (schema is null)
        {
            return settings.Mode.Shape == Writes.ValueShape.Pair ? $"{{{settings.Mode.PairNames.First}}} {{{settings.Mode.PairNames.Second}}}" : "{all other columns}";
        }

        var values = Enumerable.Range(0, schema.Count).Except(settings.KeyIndexes).Select(nameOf).ToList();
        return settings.Mode.Shape == Writes.ValueShape.Pair
            ? settings.Mode.Describe(values, [])
            : string.Join(Delimiter.Show(Encoding.UTF8.GetString(settings.ValueDelimiter)), values);
    }

    private static string Show(ReadOnlySpan<byte> word) => Encoding.ASCII.GetString(word);
}
