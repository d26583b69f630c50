using System.Globalization;
using System.Text;
using Sluice.Engine.Lookup;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary><c>SORTEDSET</c> with a primary key of two columns: the score of a member.</summary>
internal sealed class ScoreLookup : LookupMode
{
    public override string Name => "SORTEDSET";

    public override string Title => "mode SORTEDSET with PRIMARY KEY (key, value)";

    public override int KeyColumns => 2;

    public override string RedisType => "zset";

    public override string TakesWhat => "the column beside the primary key is the score, which has to be numeric, such as DOUBLE";

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("value", "STRING"), ("score", "DOUBLE")];

    public override bool Takes(SqlType type) => type.IsNumeric;

    public override LookupRead NewRead(RedisLookupSettings settings) => new ScoreRead(settings);

    public override string Describe(RedisLookupSettings settings) => $"ZSCORE {settings.ShownKey} {{{settings.Columns.Keys[1]}}}";
}

/// <summary>One ZSCORE per pair. A score is a double: what it becomes is what CAST makes of a double, except that one beyond
/// the range of a whole number is no value of it.</summary>
internal sealed class ScoreRead(RedisLookupSettings settings) : LookupRead(settings)
{
    private readonly FieldParser? _append = settings.Columns.Asked is [var score] ? AppenderOf(score) : null;

    public override void Reply(int command, in RespReply reply)
    {
        if (reply.IsError || reply.IsAggregate)
        {
            Refused(reply, command);
        }
        else if (!reply.IsNull)
        {
            Take(command, reply.Content);
        }
    }

    /// <summary>Makes a score a row.</summary>
    public void Take(int key, ReadOnlySpan<byte> score)
    {
        Found.Begin(key);
        if (_append is not null && HasRoom(score.Length) && !_append(score, Found.Heap))
        {
            Unparsable(key, 0, score);
        }

        Found.End(key);
    }

    protected override void Encode(int round)
    {
        for (var i = 0; round == 0 && i < Keys.Count; i++)
        {
            KeyBatch.Part(Keys[i], out var key, out var member);
            Begin(3);
            Writer.Bulk("ZSCORE"u8);
            BulkKey(key);
            Writer.Bulk(member);
        }
    }

    protected override ReadOnlySpan<byte> RedisKey(ReadOnlySpan<byte> key)
    {
        KeyBatch.Part(key, out var first, out _);
        return first;
    }

    protected override string Describe(ReadOnlySpan<byte> key)
    {
        KeyBatch.Part(key, out var first, out var member);
        return $"{base.Describe(first)}' member '{Encoding.UTF8.GetString(member)}";
    }

    /// <summary>Redis writes large scores with an exponent and others with all 17 digits: whole numbers and decimals are read from a text
    /// of the same double that suits them.</summary>
    private static FieldParser AppenderOf(LookupField score)
    {
        var parse = score.Parser!;
        return score.Type.Kind is TypeKind.Double or TypeKind.Float ? (text, record) => parse(Spelled(text), record)
            : score.Type.IsInteger ? (text, record) => Whole(text, record, parse)
            : (text, record) => Shortest(text, record, parse);
    }

    private static bool Whole(ReadOnlySpan<byte> text, ByteHeap record, FieldParser parse)
    {
        Span<byte> digits = stackalloc byte[20];
        return TextParser.TryParseDouble(text, out var value) && value is >= long.MinValue and < long.MaxValue
            && ((long)value).TryFormat(digits, out var length, default, CultureInfo.InvariantCulture) && parse(digits[..length], record);
    }

    private static bool Shortest(ReadOnlySpan<byte> text, ByteHeap record, FieldParser parse)
    {
        Span<byte> digits = stackalloc byte[32];
        return TextParser.TryParseDouble(text, out var value) && double.IsFinite(value)
            && value.TryFormat(digits, out var length, "R", CultureInfo.InvariantCulture) && parse(digits[..length], record);
    }

    /// <summary>Infinity and what is no number, as CAST knows them.</summary>
    private static ReadOnlySpan<byte> Spelled(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'i', ..] => "Infinity"u8,
        [(byte)'-', (byte)'i', ..] => "-Infinity"u8,
        [(byte)'n', ..] or [(byte)'-', (byte)'n', ..] => "NaN"u8,
        _ => text,
    };
}
