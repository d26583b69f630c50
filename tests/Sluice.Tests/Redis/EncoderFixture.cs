using System.Text;
using Sluice.Connectors.Redis;
using Sluice.Connectors.Redis.Writes;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Redis.Connections;

namespace Sluice.Tests.Redis;

/// <summary>An encoder and batches for it, without a script and without a server.</summary>
internal sealed class EncoderFixture
{
    private static readonly Place s_place = new("test", 0, 0, "");

    private readonly RowBatchPool _pool;

    public EncoderFixture(string mode, string columns, int rows = 1000, Expiry? expiry = null, IReadOnlyList<int>? keys = null, IReadOnlyList<NamedColumn>? named = null, string? dateFormat = null)
    {
        var words = mode.Split('/');
        var fields = columns.Split(',').Select(c => c.Split(':')).Select(p => new Field(p[0], p.Length > 1 ? Enum.Parse<DataType>(p[1]) : DataType.Text)).ToList();
        var schema = new Schema(fields);
        Settings = new RedisWriterSettings
        {
            Server = new RedisOptions { Host = "nowhere" },
            Mode = WriteModes.Find(words[0], words.ElementAtOrDefault(1), s_place, s_place),
            KeyIndexes = keys ?? [0],
            KeyIndexesPlace = s_place,
            DeliveryPlace = s_place,
            KeyDelimiter = [1],
            ValueDelimiter = [1],
            Expiry = expiry ?? Expiry.None,
            Columns = named,
            DateFormat = dateFormat is null ? null : Connectors.Redis.Values.DateFormat.Parse(dateFormat, s_place),
            Place = s_place,
        };
        Encoder = new RowEncoder(Settings, schema);
        _pool = new RowBatchPool(schema, new BatchSize(rows, int.MaxValue));
    }

    public RedisWriterSettings Settings { get; }

    public RowEncoder Encoder { get; }

    public static NamedColumn Named(string name, int index, string? type = null) => new(name, index, type, s_place);

    /// <summary>A value is a string, a byte[], or null.</summary>
    public RowBatch Batch(params IEnumerable<object?[]> rows)
    {
        var batch = _pool.Rent();
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Length; i++)
            {
                if (row[i] is null)
                {
                    batch.Texts[i].SetNull(batch.Count);
                }
                else
                {
                    batch.Texts[i].Set(batch.Count, row[i] as byte[] ?? Encoding.UTF8.GetBytes((string)row[i]!));
                }
            }

            batch.Count++;
        }

        return batch;
    }

    public WriteBlock Encode(params IEnumerable<object?[]> rows)
    {
        var batch = Batch(rows);
        var block = new WriteBlock(batch.Capacity) { Rows = batch };
        Encoder.Encode(block);
        return block;
    }

    /// <summary>The commands as redis-cli would take them.</summary>
    public List<string> Commands(params IEnumerable<object?[]> rows)
    {
        var block = Encode(rows);
        return [.. Enumerable.Range(0, block.Count).Select(i => CommandText.Of(block.Command(i)))];
    }
}
