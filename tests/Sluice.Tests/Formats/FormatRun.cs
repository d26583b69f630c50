using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Formats;

/// <summary>A format with its columns and options, messages in and rows out as a person writes them: <c>+I[1, NULL]</c>.</summary>
internal sealed class FormatRun
{
    /// <summary>Stands for a message without value.</summary>
    public const string NoValue = "(no value)";

    private static readonly Place s_place = new("script.sql", 1, 1, "");

    private readonly IFormat _format;
    private readonly FormatContext _context;
    private readonly (string Name, SqlType Type)[] _columns;
    private readonly RowBatchPool _pool;
    private Engine.Formats.Decoder? _decoder;

    public FormatRun(string format, (string Name, SqlType Type)[] columns, params (string Name, string Value)[] options)
    {
        _format = BuiltInFormats.All.Single(f => f.Name == format);
        _columns = columns;
        _context = new FormatContext([.. columns.Select((c, i) => new FormatColumn(c.Name, c.Type, i))], Bag(options), s_place, TimeZoneInfo.Utc);
        _pool = new RowBatchPool(new Schema([.. columns.Select(c => new Field(c.Name, c.Type))]), new BatchSize(4, 1 << 20));
    }

    public static OptionBag Bag(params (string Name, string Value)[] options) =>
        new(OptionNode.Map([.. options.Select(o => KeyValuePair.Create(o.Name, OptionNode.Scalar(OptionKind.Text, o.Value, s_place)))], s_place), new Report(false, _ => { }));

    public Engine.Formats.Decoder Decoder => _decoder ??= _format.Reading(_context)();

    public RowBatch Rent() => _pool.Rent();

    /// <summary>The rows of a message.</summary>
    public string[] Decode(string message) => Decode(Encoding.UTF8.GetBytes(message));

    public string[] Decode(ReadOnlySpan<byte> message)
    {
        using var batch = Rent();
        batch.Count = Decoder.Decode(message, batch);
        return Rows(batch);
    }

    public string Error(string message) => Assert.Throws<DataException>(() => Decode(message)).Message;

    public string Refusal() => Assert.Throws<ConfigException>(() => Decoder).Message;

    public string[] Rows(RowBatch batch) => [.. Enumerable.Range(0, batch.Count).Select(row => Row(batch, row))];

    public string Row(RowBatch batch, int row) =>
        $"{KindText(batch.KindOf(row))}[{string.Join(", ", _columns.Select((c, i) => TextForm.Of(batch.Columns[i], row, c.Type) ?? "NULL"))}]";

    /// <summary>Reads JSON rows into a batch with the same columns and writes them with this format.</summary>
    public string[] Encode(params string[] jsonRows) => Encode([.. jsonRows.Select(r => (RowKind.Insert, r))]);

    public string[] Encode(params (RowKind Kind, string Json)[] rows)
    {
        using var batch = BatchOf(rows);
        return [.. Enumerable.Range(0, batch.Count).Select(row => EncodeRow(batch, row))];
    }

    public RowBatch BatchOf(params (RowKind Kind, string Json)[] rows)
    {
        var batch = Rent();
        var json = new FormatRun("json", _columns).Decoder;
        foreach (var (kind, text) in rows)
        {
            batch.Count += json.Decode(Encoding.UTF8.GetBytes(text), batch);
            batch.SetKind(batch.Count - 1, kind);
        }

        return batch;
    }

    public Engine.Formats.Encoder Encoder() => _format.Writing(_context)!();

    private string EncodeRow(RowBatch batch, int row)
    {
        var heap = new ByteHeap(1);
        return Encoder().Encode(batch, row, heap) ? Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used)) : NoValue;
    }

    private static string KindText(RowKind kind) => kind switch
    {
        RowKind.Insert => "+I",
        RowKind.UpdateBefore => "-U",
        RowKind.UpdateAfter => "+U",
        _ => "-D",
    };
}
