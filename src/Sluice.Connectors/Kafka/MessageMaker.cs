using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>Makes messages from rows and hands them to the producer. Belongs to one writer.</summary>
internal sealed class MessageMaker(KafkaSinkSettings settings, int partitions, int taskIndex)
{
    private readonly Encoder _value = settings.Value();
    private readonly Encoder? _key = settings.Key?.Invoke();
    private readonly ByteHeap _valueBytes = new(4096);
    private readonly ByteHeap _keyBytes = new(256);
    private readonly bool _plain = settings.Headers is null && settings.Timestamp is null;
    private int _next;

    /// <summary>Whether the last row was one that is not written: what stood before an update.</summary>
    public bool WasSkipped { get; private set; }

    /// <summary>The bytes of the last message.</summary>
    public int Bytes => _valueBytes.Used + _keyBytes.Used;

    /// <exception cref="DataException">The row cannot be written.</exception>
    public KafkaError Send(KafkaProducer producer, RowBatch rows, int row, nint opaque)
    {
        var kind = rows.KindOf(row);
        WasSkipped = settings.Upsert && kind == RowKind.UpdateBefore;
        _valueBytes.Clear();
        _keyBytes.Clear();
        if (WasSkipped)
        {
            return KafkaError.None;
        }

        if (kind != RowKind.Insert && !settings.Upsert && !settings.HasChangelog)
        {
            throw new DataException($"a row of kind {kind} comes from {rows.DescribeOrigin(row)}, but the format of topic {settings.Topic} can only insert; use upsert-kafka, or a format with a changelog");
        }

        _key?.Encode(rows, row, _keyBytes);
        var hasValue = !(settings.Upsert && kind == RowKind.Delete) && _value.Encode(rows, row, _valueBytes);
        var partition = settings.Partitioner switch
        {
            "fixed" => taskIndex % partitions,
            "round-robin" => _next++ % partitions,
            _ => LibRdKafka.AnyPartition,
        };
        var value = _valueBytes.Bytes.AsSpan(0, _valueBytes.Used);
        var key = _keyBytes.Bytes.AsSpan(0, _keyBytes.Used);
        if (_plain)
        {
            return producer.Produce(partition, value, hasValue, key, _key is not null, opaque);
        }

        var headers = Headers(rows, row);
        var error = producer.Produce(partition, value, hasValue, key, _key is not null, TimestampOf(rows, row), headers, opaque);
        if (error != KafkaError.None && headers != 0)
        {
            LibRdKafka.HeadersDestroy(headers);
        }

        return error;
    }

    private long? TimestampOf(RowBatch rows, int row)
    {
        if (settings.Timestamp is not { } index || rows.Columns[index].IsNull(row))
        {
            return null;
        }

        var millis = ((ValueColumn<Timestamp>)rows.Columns[index]).Values[row].Millis;
        if (rows.Schema[index].Sql!.Kind == Engine.Types.TypeKind.Timestamp)
        {
            var local = DateTimeOffset.FromUnixTimeMilliseconds(millis).DateTime;
            millis -= (long)settings.TimeZone.GetUtcOffset(local).TotalMilliseconds;
        }

        return millis;
    }

    private unsafe nint Headers(RowBatch rows, int row)
    {
        if (settings.Headers is not { } index || rows.Columns[index].IsNull(row))
        {
            return 0;
        }

        var map = (MapColumn)rows.Columns[index];
        var (keys, values) = ((TextColumn)map.Keys, (TextColumn)map.Values);
        var headers = LibRdKafka.HeadersNew((nuint)map.Length[row]);
        for (var i = map.Start[row]; i < map.Start[row] + map.Length[row]; i++)
        {
            byte nothing;
            fixed (byte* name = keys[i], value = values[i])
            {
                var length = values.Length[i];
                _ = LibRdKafka.HeaderAdd(headers, name == null ? &nothing : name, keys[i].Length, length == 0 ? &nothing : value, length < 0 ? 0 : length);
            }
        }

        return headers;
    }
}
