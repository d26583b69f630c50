using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Kafka;

/// <summary>Writes what the broker knows of a message into a column: one kind for each word of <c>METADATA FROM '...'</c>.</summary>
internal abstract unsafe class MetadataColumn(int target)
{
    private static readonly string[] s_keys = ["topic", "partition", "headers", "leader-epoch", "offset", "timestamp", "timestamp-type"];

    protected int Target { get; } = target;

    /// <param name="target">The index of the column in the batch.</param>
    /// <exception cref="ConfigException">No such metadata, or the column's type does not go with it.</exception>
    public static MetadataColumn Create(TableColumn column, int target, TimeZoneInfo zone)
    {
        var type = column.Type;
        return column.MetadataKey switch
        {
            "topic" => type.IsCharacter ? new TopicColumn(target) : throw WrongType(column, SqlType.String.NotNull()),
            "partition" => type.Kind switch
            {
                TypeKind.Int => new PartitionColumn(target),
                TypeKind.BigInt => new LongPartitionColumn(target),
                _ => throw WrongType(column, SqlType.Int.NotNull()),
            },
            "offset" => type.Kind == TypeKind.BigInt ? new OffsetColumn(target) : throw WrongType(column, SqlType.BigInt.NotNull()),
            "timestamp" => type.IsTimestamp ? new TimestampColumn(target, type, zone) : throw WrongType(column, SqlType.TimestampLtz(3).NotNull()),
            "timestamp-type" => type.IsCharacter ? new TimestampTypeColumn(target) : throw WrongType(column, SqlType.String.NotNull()),
            "leader-epoch" => type.Kind == TypeKind.Int && type.IsNullable ? new LeaderEpochColumn(target) : throw WrongType(column, SqlType.Int),
            "headers" => type is { Kind: TypeKind.Map, Key.IsCharacter: true, Element.IsBinary: true }
                ? new HeadersColumn(target) : throw WrongType(column, SqlType.Map(SqlType.String, SqlType.Bytes).NotNull()),
            { } key => throw UnknownKey(column, key, s_keys),
            null => throw new ArgumentException("not a metadata column", nameof(column)),
        };
    }

    public abstract void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row);

    internal static ConfigException WrongType(TableColumn column, SqlType type) =>
        new(column.Place, $"column '{column.Name}' is {column.Type}; the metadata '{column.MetadataKey}' is {type}");

    internal static ConfigException UnknownKey(TableColumn column, string key, IReadOnlyList<string> keys)
    {
        var nearest = NearestName.Of(key, keys);
        return new ConfigException(column.Place, $"column '{column.Name}': kafka has no metadata '{key}'" + (nearest is null ? "." : $"; did you mean '{nearest}'?") + $" There are: {string.Join(", ", keys)}");
    }

    private sealed class TopicColumn(int target) : MetadataColumn(target)
    {
        private readonly Dictionary<string, byte[]> _names = new(StringComparer.Ordinal);

        public override void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row)
        {
            if (!_names.TryGetValue(partition.Topic, out var name))
            {
                _names[partition.Topic] = name = System.Text.Encoding.UTF8.GetBytes(partition.Topic);
            }

            ((TextColumn)batch.Columns[Target]).Set(row, name);
        }
    }

    private sealed class PartitionColumn(int target) : MetadataColumn(target)
    {
        public override void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row) =>
            ((ValueColumn<int>)batch.Columns[Target]).Set(row, message->Partition);
    }

    private sealed class LongPartitionColumn(int target) : MetadataColumn(target)
    {
        public override void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row) =>
            ((ValueColumn<long>)batch.Columns[Target]).Set(row, message->Partition);
    }

    private sealed class OffsetColumn(int target) : MetadataColumn(target)
    {
        public override void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row) =>
            ((ValueColumn<long>)batch.Columns[Target]).Set(row, message->Offset);
    }

    /// <summary>A moment; as TIMESTAMP what a clock in the session's time zone showed then.</summary>
    private sealed class TimestampColumn(int target, SqlType type, TimeZoneInfo zone) : MetadataColumn(target)
    {
        private const long OffsetSpanMillis = 15 * 60 * 1000;

        private readonly bool _local = type.Kind == TypeKind.Timestamp;
        private long _span = long.MinValue;
        private long _offsetMillis;

        public override void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row)
        {
            var millis = LibRdKafka.MessageTimestamp(message, out _);
            if (_local)
            {
                // Zones change at quarters of an hour.
                if (Math.DivRem(millis, OffsetSpanMillis).Quotient is var span && span != _span)
                {
                    (_span, _offsetMillis) = (span, (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(millis)).TotalMilliseconds);
                }

                millis += _offsetMillis;
            }

            ((ValueColumn<Timestamp>)batch.Columns[Target]).Set(row, new Timestamp(millis).Truncate(type.Precision));
        }
    }

    private sealed class TimestampTypeColumn(int target) : MetadataColumn(target)
    {
        public override void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row)
        {
            LibRdKafka.MessageTimestamp(message, out var kind);
            ((TextColumn)batch.Columns[Target]).Set(row, kind switch
            {
                TimestampKind.CreateTime => "CreateTime"u8,
                TimestampKind.LogAppendTime => "LogAppendTime"u8,
                _ => "NoTimestampType"u8,
            });
        }
    }

    /// <summary>"If available": the library does not tell before version 2.1.</summary>
    private sealed class LeaderEpochColumn(int target) : MetadataColumn(target)
    {
        public override void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row) => batch.Columns[Target].SetNull(row);
    }

    /// <summary>Of several headers with one name the last one counts, as in Flink.</summary>
    private sealed class HeadersColumn(int target) : MetadataColumn(target)
    {
        public override void Write(RdMessage* message, KafkaPartition partition, RowBatch batch, int row)
        {
            var column = (MapColumn)batch.Columns[Target];
            column.Begin(row);
            if (LibRdKafka.MessageHeaders(message, out var headers) != KafkaError.None)
            {
                return;
            }

            var (keys, values) = ((TextColumn)column.Keys, (TextColumn)column.Values);
            var count = LibRdKafka.HeaderCount(headers);
            for (nuint i = 0; i < count && LibRdKafka.HeaderAt(headers, i, out var name, out var value, out var size) == KafkaError.None; i++)
            {
                var key = System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
                var entry = Find(column, keys, row, key);
                if (entry < 0)
                {
                    entry = column.Add(row);
                    keys.Set(entry, key);
                }

                if (value == null)
                {
                    values.SetNull(entry);
                }
                else
                {
                    values.Set(entry, new ReadOnlySpan<byte>(value, (int)size));
                }
            }
        }

        private static int Find(MapColumn column, TextColumn keys, int row, ReadOnlySpan<byte> key)
        {
            for (var i = column.Start[row]; i < column.Start[row] + column.Length[row]; i++)
            {
                if (keys[i].SequenceEqual(key))
                {
                    return i;
                }
            }

            return -1;
        }
    }
}
