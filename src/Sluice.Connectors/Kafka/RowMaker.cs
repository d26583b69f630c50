using Sluice.Connectors.Kafka.Native;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Kafka;

/// <summary>How messages of a table become rows.</summary>
/// <param name="Value">Makes the decoder of values.</param>
/// <param name="Key">Makes the decoder of keys, or null.</param>
/// <param name="KeyTargets">Columns of the batch that come from the key.</param>
/// <param name="KeyInValue">The value holds them as well, and wins.</param>
/// <param name="Metadata">Makes the columns that the broker knows.</param>
/// <param name="NullValue">What a message without a value is.</param>
/// <param name="Upsert">Each row writes over the one with its key.</param>
internal sealed record RowLayout(
    Func<Decoder> Value, Func<Decoder>? Key, IReadOnlyList<int> KeyTargets, bool KeyInValue, Func<IReadOnlyList<MetadataColumn>> Metadata, NullValue NullValue, bool Upsert);

/// <summary>What a message without a value is: a tombstone.</summary>
internal enum NullValue
{
    /// <summary>It gives no row.</summary>
    Skipped,
    /// <summary>A row of nulls, beside the key and the metadata.</summary>
    Nulls,
    /// <summary>The row with its key is deleted.</summary>
    Deletion,
}

/// <summary>Makes rows from messages, straight from the library's buffer into columns. Belongs to one reading thread.</summary>
internal sealed unsafe class RowMaker(RowLayout layout)
{
    private readonly Decoder _value = layout.Value();
    private readonly Decoder? _key = layout.Key?.Invoke();
    private readonly int[] _keyTargets = [.. layout.KeyTargets];
    private readonly MetadataColumn[] _metadata = [.. layout.Metadata()];

    /// <returns>How many rows now stand after <c>batch.Count</c>, which the caller moves.</returns>
    /// <exception cref="DataException">The message cannot be read; says which one it is.</exception>
    public int Make(RdMessage* message, KafkaPartition partition, RowBatch batch)
    {
        try
        {
            var row = batch.Count;
            if (_key is not null)
            {
                ReadKey(message, batch, row);
            }

            var rows = message->Value != null ? _value.Decode(new ReadOnlySpan<byte>(message->Value, (int)message->ValueSize), batch)
                : layout.NullValue == NullValue.Skipped ? 0 : WriteNulls(batch, row);
            for (var i = 0; i < rows; i++)
            {
                Complete(message, partition, batch, row, row + i);
            }

            return rows;
        }
        catch (DataException e)
        {
            throw e.At(partition.Describe(message->Offset));
        }
    }

    private void ReadKey(RdMessage* message, RowBatch batch, int row)
    {
        var rows = message->Key == null ? 0 : _key!.Decode(new ReadOnlySpan<byte>(message->Key, (int)message->KeySize), batch);
        if (rows == 1)
        {
            return;
        }

        if (layout.Upsert)
        {
            throw new DataException(rows == 0 ? "the message has no key, which an upsert-kafka table needs" : "the key holds several rows");
        }

        foreach (var target in _keyTargets)
        {
            batch.Columns[target].SetNull(row);
        }
    }

    private int WriteNulls(RowBatch batch, int row)
    {
        for (var i = 0; i < batch.Columns.Length; i++)
        {
            if (_key is null || !_keyTargets.Contains(i))
            {
                batch.Columns[i].SetNull(row);
            }
        }

        if (layout.NullValue == NullValue.Deletion)
        {
            batch.SetKind(row, RowKind.Delete);
        }

        return 1;
    }

    private void Complete(RdMessage* message, KafkaPartition partition, RowBatch batch, int first, int row)
    {
        if (row > first && _key is not null && !layout.KeyInValue)
        {
            foreach (var target in _keyTargets)
            {
                batch.Columns[target].CopyFrom(batch.Columns[target], first, row);
            }
        }

        foreach (var column in _metadata)
        {
            column.Write(message, partition, batch, row);
        }

        if (layout.Upsert && message->Value != null)
        {
            batch.SetKind(row, RowKind.UpdateAfter);
        }
    }
}
