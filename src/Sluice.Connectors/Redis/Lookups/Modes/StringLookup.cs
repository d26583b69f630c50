using Sluice.Engine.Connectors;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary><c>STRING</c>: a key and its value.</summary>
internal sealed class StringLookup : LookupMode
{
    public override string Name => "STRING";

    public override string RedisType => "string";

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("value", "STRING")];

    public override string? Hint(TableDefinition table) => table.PrimaryKey.Count == 1 && table.Columns.Count > 2
        ? "Where each row is a hash in Redis and its columns are fields, say 'mode' = 'HASHMAP'"
        : null;

    public override LookupRead NewRead(RedisLookupSettings settings) => new StringRead(settings);

    public override string Describe(RedisLookupSettings settings) =>
        settings.Server.Cluster is null ? $"MGET {settings.ShownKey} ...; GET {settings.ShownKey} for each that has nothing" : $"GET {settings.ShownKey}";
}

/// <summary>MGET gives nothing for a key that is not there, and for one of another type too. GET tells which it is (S-31). Where most
/// keys of the batch before had nothing, GET is asked at once, which saves the second round.
/// In a cluster GET is asked for always: the keys of an MGET must share a slot, and hardly two of a batch do.</summary>
internal sealed class StringRead(RedisLookupSettings settings) : LookupRead(settings)
{
    private readonly bool _hasValue = settings.Columns.Asked.Length > 0;
    private readonly bool _isCluster = settings.Server.Cluster is not null;
    private int[] _missing = new int[64];
    private int _missed;
    private bool _mostMissed;
    private Phase _phase;

    private enum Phase
    {
        /// <summary>Some MGET.</summary>
        Many,
        /// <summary>GET for each key.</summary>
        Single,
        /// <summary>GET for each key that MGET gave nothing for.</summary>
        Missing,
    }

    public override void Reply(int command, in RespReply reply)
    {
        if (_phase == Phase.Many)
        {
            // MGET itself is never of the wrong type.
            Refused(reply, null);
            return;
        }

        var key = _phase == Phase.Missing ? _missing[command] : command;
        if (reply.IsError)
        {
            Refused(reply, key);
        }
        else if (!reply.IsNull)
        {
            Take(key, reply);
        }
        else if (_phase == Phase.Single)
        {
            _missed++;
        }
    }

    public override void Array(int command, long count)
    {
        if (_phase != Phase.Many || count != Math.Min(ChunkKeys, Keys.Count - (command * ChunkKeys)))
        {
            Unexpected();
        }
    }

    public override void Element(int command, long index, in RespReply reply)
    {
        var key = (command * ChunkKeys) + (int)index;
        if (_phase != Phase.Many || key >= Keys.Count || index >= ChunkKeys)
        {
            return;
        }

        if (reply.IsNull)
        {
            _missing[_missed++] = key;
        }
        else
        {
            Take(key, reply);
        }
    }

    protected override void Encode(int round)
    {
        if (round == 0)
        {
            (_phase, _missed) = (_mostMissed || _isCluster ? Phase.Single : Phase.Many, 0);
            _missing = _missing.Length < Keys.Count ? new int[Math.Max(Keys.Count, 2 * _missing.Length)] : _missing;
            if (_phase == Phase.Single)
            {
                GetAll();
            }
            else
            {
                GetMany();
            }
        }
        else if (round == 1)
        {
            _mostMissed = _missed > Keys.Count / 2;
            if (_phase == Phase.Many)
            {
                _phase = Phase.Missing;
                GetMissing();
            }
        }
    }

    private void GetMany()
    {
        for (var start = 0; start < Keys.Count; start += ChunkKeys)
        {
            var count = Math.Min(ChunkKeys, Keys.Count - start);
            Begin(1 + count);
            Writer.Bulk("MGET"u8);
            for (var i = start; i < start + count; i++)
            {
                BulkKey(Keys[i]);
            }
        }
    }

    private void GetAll()
    {
        for (var i = 0; i < Keys.Count; i++)
        {
            Get(i);
        }
    }

    private void GetMissing()
    {
        for (var i = 0; i < _missed; i++)
        {
            Get(_missing[i]);
        }
    }

    private void Get(int key)
    {
        Begin(2);
        Writer.Bulk("GET"u8);
        BulkKey(Keys[key]);
    }

    private void Take(int key, in RespReply value)
    {
        Found.Begin(key);
        if (_hasValue)
        {
            Append(key, 0, value.Content);
        }

        Found.End(key);
    }
}
