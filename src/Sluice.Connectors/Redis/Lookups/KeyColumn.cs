using System.Text;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A column of the primary key where the table is read whole. A text in Redis is a key only where a lookup of its value would ask
/// for that very text: of all spellings of a number one counts, in both. Texts and bytes are taken as they are, neither cut nor padded.
/// Used by one reader.</summary>
/// <param name="target">The index of the batch's column; -1 where nobody wants it.</param>
/// <param name="part">Which part of the key it is: 0 or 1.</param>
/// <param name="zone">That of the session.</param>
internal sealed class KeyColumn(int target, int part, string name, SqlType type, TimeZoneInfo zone)
{
    private readonly FieldParser _parse = FieldParsers.For(IsPlain(type) ? SqlType.String : type, zone)!;
    private readonly RecordLayout _layout = new(new Schema([new Field(name, type)]));
    private readonly TextAppender? _spell = IsPlain(type) ? null : TextForm.Appender(type, zone);
    private readonly ByteHeap _record = new(256);
    private readonly ByteHeap _spelled = new(64);
    private readonly Column _unwanted = Column.Create(type, new ByteHeap(64), 1);
    private readonly Column?[] _to = new Column?[1];

    public int Part { get; } = part;

    public string Name { get; } = name;

    public SqlType Type { get; } = type;

    /// <summary>Whether every text is a value.</summary>
    public bool TakesAll => _spell is null;

    /// <summary>After <see cref="TryPut"/> has refused a text: how its value is spelled; null where it has none.</summary>
    public string? Spelling { get; private set; }

    /// <summary>Puts the value of a text into a row.</summary>
    /// <returns>False where it is none, or another spelling than that of a lookup; what is in the row is of no meaning then.</returns>
    public bool TryPut(ReadOnlySpan<byte> text, Column[] row, int at)
    {
        if (target < 0 && TakesAll)
        {
            return true;
        }

        _record.Clear();
        if (!_parse(text, _record))
        {
            Spelling = null;
            return false;
        }

        var (to, index) = target < 0 ? (_unwanted, 0) : (row[target], at);
        _to[0] = to;
        _layout.CopyTo(_record.Bytes.AsSpan(0, _record.Used), _to, index);
        return _spell is null || IsSpelled(text, to, index);
    }

    private bool IsSpelled(ReadOnlySpan<byte> text, Column column, int row)
    {
        _spelled.Clear();
        _spell!(column, row, _spelled);
        var spelled = _spelled.Bytes.AsSpan(0, _spelled.Used);
        if (text.SequenceEqual(spelled))
        {
            return true;
        }

        Spelling = Encoding.UTF8.GetString(spelled);
        return false;
    }

    private static bool IsPlain(SqlType type) => type.IsCharacter || type.IsBinary;
}
