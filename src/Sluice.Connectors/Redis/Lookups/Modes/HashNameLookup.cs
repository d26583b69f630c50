using System.Text;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary><c>hashName</c>: the fields of one hash; the key is the field, with the prefix before it.</summary>
internal sealed class HashNameLookup : LookupMode
{
    public override string Name => "HASHMAP";

    public override string Title => "'hashName' (one hash)";

    public override string RedisType => "hash";

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("field", "STRING"), ("value", "STRING")];

    protected override string Options => "'hashName' = '...'";

    public override LookupRead NewRead(RedisLookupSettings settings) => new HashNameRead(settings);

    public override string Describe(RedisLookupSettings settings) =>
        $"HMGET {Encoding.UTF8.GetString(settings.HashName!)} {settings.ShownKey} ...";
}

/// <summary>Many fields with each HMGET.</summary>
internal sealed class HashNameRead(RedisLookupSettings settings) : LookupRead(settings)
{
    private readonly bool _hasValue = settings.Columns.Asked.Length > 0;

    public override void Reply(int command, in RespReply reply) => Refused(reply, null);

    public override void Array(int command, long count)
    {
        if (count != Math.Min(ChunkKeys, Keys.Count - (command * ChunkKeys)))
        {
            Unexpected();
        }
    }

    public override void Element(int command, long index, in RespReply reply)
    {
        var key = (command * ChunkKeys) + (int)index;
        if (!reply.IsNull && key < Keys.Count && index < ChunkKeys)
        {
            Take(key, reply.Content);
        }
    }

    /// <summary>Makes the value of a field a row.</summary>
    public void Take(int key, ReadOnlySpan<byte> value)
    {
        Found.Begin(key);
        if (_hasValue)
        {
            Append(key, 0, value);
        }

        Found.End(key);
    }

    protected override void Encode(int round)
    {
        for (var start = 0; round == 0 && start < Keys.Count; start += ChunkKeys)
        {
            var count = Math.Min(ChunkKeys, Keys.Count - start);
            Begin(2 + count);
            Writer.Bulk("HMGET"u8);
            Writer.Bulk(Settings.HashName);
            for (var i = start; i < start + count; i++)
            {
                BulkKey(Keys[i]);
            }
        }
    }

    protected override string Describe(ReadOnlySpan<byte> key) =>
        $"{Encoding.UTF8.GetString(Settings.HashName!)}' field '{base.Describe(key)}";
}
