using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>Reads the WITH clause of a kafka or an upsert-kafka table.</summary>
internal sealed class KafkaTable(TableDefinition table, OptionBag options, TableContext context, bool upsert)
{
    private readonly string _word = upsert ? "upsert-kafka" : "kafka";

    /// <param name="needed">Indexes of the columns to deliver, in this order.</param>
    public KafkaSource Source(IReadOnlyList<int> needed)
    {
        var scan = ScanSettings.Take(options, table.Place, upsert);
        var properties = TakeProperties(ClientKind.Consumer);
        CheckGroup(scan, properties);
        var fields = TakeFields();
        var target = Enumerable.Repeat(-1, table.Columns.Count).ToArray();
        for (var i = 0; i < needed.Count; i++)
        {
            target[needed[i]] = i;
        }

        var value = fields.Value.Format;
        CheckPrimaryKey(value);
        var layout = new RowLayout(
            value.Reading(fields.Value.Context(this, target)),
            fields.Key?.Format.Reading(fields.Key.Context(this, target)),
            [.. fields.Key?.Columns.Select(c => target[c]).Where(t => t >= 0) ?? []],
            fields.Key?.Columns.All(fields.Value.Columns.Contains) ?? false,
            MetadataOf(target),
            upsert ? NullValue.Deletion : value.Name == "raw" ? NullValue.Nulls : NullValue.Skipped,
            upsert);
        RefuseUnknown(fields);
        var schema = new Schema([.. needed.Select(i => new Field(table.Columns[i].Name, table.Columns[i].Type))]);
        return new KafkaSource(new KafkaSourceSettings(scan, properties, layout, schema, upsert || value.HasChangelog, table.Place), context.Report, context.Clock);
    }

    public KafkaSink Sink()
    {
        var topic = options.Take(KafkaOptions.Topic);
        if (string.IsNullOrWhiteSpace(topic) || topic.Contains(';', StringComparison.Ordinal))
        {
            throw new ConfigException(options.PlaceOf(KafkaOptions.Topic), string.IsNullOrWhiteSpace(topic)
                ? "'topic' is missing; it names the topic to write to" : $"'topic' is \"{topic}\"; a table that is written to has one topic");
        }

        var guarantee = options.Take(KafkaOptions.SinkGuarantee);
        if (guarantee == "exactly-once")
        {
            throw new ConfigException(options.PlaceOf(KafkaOptions.SinkGuarantee), "'sink.delivery-guarantee' exactly-once is not supported yet for kafka; allowed: at-least-once, none");
        }

        options.Take(KafkaOptions.SinkTransactionPrefix);
        if (options.Take(KafkaOptions.SinkParallelism) is { } tasks && tasks != context.Parallelism)
        {
            throw new ConfigException(options.PlaceOf(KafkaOptions.SinkParallelism), $"'sink.parallelism' is {tasks}, but the job runs {context.Parallelism} tasks, each of which writes; leave it out, or SET 'parallelism.default'");
        }

        var properties = TakeProperties(ClientKind.Producer);
        var fields = TakeFields();
        CheckPrimaryKey(fields.Value.Format);
        int[] all = [.. Enumerable.Range(0, table.Columns.Count).Where(i => !table.Columns[i].IsVirtual)];
        var target = Enumerable.Repeat(-1, table.Columns.Count).ToArray();
        for (var i = 0; i < all.Length; i++)
        {
            target[all[i]] = i;
        }

        var settings = new KafkaSinkSettings(
            topic, properties, Writing(fields.Value, target), fields.Key is null ? null : Writing(fields.Key, target),
            upsert ? "default" : options.Take(KafkaOptions.SinkPartitioner), guarantee == "none", upsert, options.PlaceOf(KafkaOptions.Topic), table.Place)
        {
            HasChangelog = fields.Value.Format.HasChangelog,
            Headers = WritableMetadata("headers", target),
            Timestamp = WritableMetadata("timestamp", target),
            TimeZone = context.TimeZone,
        };
        if (settings.Partitioner == "round-robin" && fields.Key is not null)
        {
            throw new ConfigException(options.PlaceOf(KafkaOptions.SinkPartitioner), "'sink.partitioner' round-robin goes with messages without a key only; remove 'key.fields', or take default or fixed");
        }

        RefuseOtherMetadata(all);
        RefuseUnknown(fields);
        return new KafkaSink(settings, context.Clock);
    }

    private FormatUse.Made TakeFields() => new FormatUse(table, options, context, upsert).Take();

    private Func<Encoder> Writing(FormatUse format, int[] target) => format.Format.Writing(format.Context(this, target))
        ?? throw new ConfigException(format.Place, $"the format {format.Format.Name} can only be read");

    internal FormatContext ContextOf(FormatUse use, int[] target) =>
        new([.. use.Columns.Select(i => new FormatColumn(use.NameOf(table.Columns[i].Name), table.Columns[i].Type, target[i]))],
            options.Under(use.Prefix), use.Place, context.TimeZone);

    private KafkaProperties TakeProperties(ClientKind kind)
    {
        KafkaProperty[] given = [.. options.TakePrefix(KafkaProperties.Prefix).Select(p => new KafkaProperty(p.Key, p.Value.Text, p.Value.Place))];
        return KafkaProperties.Translate(given, kind, table.Place, context.BaseDirectory, context.Report);
    }

    private void CheckPrimaryKey(IFormat value)
    {
        if (!upsert && table.PrimaryKey.Count > 0 && !value.HasChangelog)
        {
            throw new ConfigException(table.Place, $"the kafka table {table.Name} has a PRIMARY KEY, which messages in the format {value.Name} cannot keep; remove it, or use upsert-kafka");
        }
    }

    private static void CheckGroup(ScanSettings scan, KafkaProperties properties)
    {
        if (properties.GroupId is not null)
        {
            return;
        }

        if (scan.Start.Mode == ScanMode.GroupOffsets && properties.AutoOffsetReset is null or "none")
        {
            throw new ConfigException(scan.Start.Place, "nothing says where to begin: 'scan.startup.mode' is group-offsets, and there is no 'properties.group.id' whose offsets these could be. "
                + "Give that, or another 'scan.startup.mode' such as earliest-offset, or 'properties.auto.offset.reset'");
        }

        if (scan.End.Mode == ScanMode.GroupOffsets)
        {
            throw new ConfigException(scan.End.Place, "'scan.bounded.mode' is group-offsets, which needs 'properties.group.id'");
        }
    }

    private Func<IReadOnlyList<MetadataColumn>> MetadataOf(int[] target)
    {
        List<(TableColumn Column, int Target)> columns = [.. table.Columns.Select((c, i) => (c, target[i])).Where(c => c.c.MetadataKey is not null && c.Item2 >= 0)];
        IReadOnlyList<MetadataColumn> Make() => [.. columns.Select(c => MetadataColumn.Create(c.Column, c.Target, context.TimeZone))];

        // Errors belong to now; each reader has its own.
        _ = Make();
        return Make;
    }

    private int? WritableMetadata(string key, int[] target)
    {
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (table.Columns[i].MetadataKey == key && !table.Columns[i].IsVirtual)
            {
                _ = MetadataColumn.Create(table.Columns[i], 0, context.TimeZone);
                return target[i];
            }
        }

        return null;
    }

    private void RefuseOtherMetadata(int[] written)
    {
        foreach (var column in written.Select(i => table.Columns[i]).Where(c => c.MetadataKey is not (null or "headers" or "timestamp")))
        {
            throw new ConfigException(column.Place, $"column '{column.Name}': the metadata '{column.MetadataKey}' can only be read; declare it VIRTUAL to write to the table (headers and timestamp can be written)");
        }
    }

    private void RefuseUnknown(FormatUse.Made fields)
    {
        IEnumerable<IOption> formats = [.. fields.Value.OptionNames(), .. fields.Key?.OptionNames() ?? []];
        options.RefuseUnknown(_word, [.. upsert ? KafkaOptions.Upsert : KafkaOptions.All, .. formats]);
    }
}
