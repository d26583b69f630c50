using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary><c>HASHMAP</c>: each column beside the key is the field of that name.</summary>
internal sealed class HashLookup : LookupMode
{
    public override string Name => "HASHMAP";

    public override string RedisType => "hash";

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("field1", "STRING"), ("field2", "STRING")];

    public override string? Misfit(int values) => values > 0 ? null : "it has no column beside the key";

    public override LookupRead NewRead(RedisLookupSettings settings) => new HashRead(settings);

    public override string Describe(RedisLookupSettings settings)
    {
        var columns = settings.Columns;
        string Names(IEnumerable<LookupField> fields) => string.Join(' ', fields.Select(f => f.Name));
        var others = columns.Declared.Except(columns.Asked).ToList();
        return columns.Asked.Length == 0 || others.Count == 0
            ? $"HMGET {settings.ShownKey} {Names(columns.Declared)}"
            : $"HMGET {settings.ShownKey} {Names(columns.Asked)}; where it has none of them, HMGET {settings.ShownKey} {Names(others)} tells whether it has a row";
    }
}

/// <summary>A key with none of the declared fields has no row (S-28), also where only some of them are asked for: then the others decide.</summary>
internal sealed class HashRead : LookupRead
{
    private readonly bool _hasValues;
    private readonly RespConstant[] _first;
    private readonly RespConstant[] _others;
    private int[] _undecided = new int[64];
    private int _undecidedCount;
    private bool _decides;
    private bool _hasAny;

    public HashRead(RedisLookupSettings settings) : base(settings)
    {
        var columns = settings.Columns;
        _hasValues = columns.Asked.Length > 0;
        _first = [.. (_hasValues ? columns.Asked : columns.Declared).Select(f => new RespConstant(f.Name))];
        _others = _hasValues ? [.. columns.Declared.Except(columns.Asked).Select(f => new RespConstant(f.Name))] : [];
    }

    private RespConstant[] Fields => _decides ? _others : _first;

    public override void Reply(int command, in RespReply reply) => Refused(reply, KeyOf(command));

    public override void Array(int command, long count)
    {
        _hasAny = false;
        if (count != Fields.Length)
        {
            Unexpected();
        }
        else if (!_decides)
        {
            Found.Begin(KeyOf(command));
        }
    }

    public override void Element(int command, long index, in RespReply reply)
    {
        if (index >= Fields.Length)
        {
            return;
        }

        var key = KeyOf(command);
        _hasAny |= !reply.IsNull;
        if (!_decides && _hasValues)
        {
            if (reply.IsNull)
            {
                Settings.Columns.Layout.AppendNull(Found.Heap, (int)index);
            }
            else
            {
                Append(key, (int)index, reply.Content);
            }
        }

        if (index == Fields.Length - 1)
        {
            EndKey(key);
        }
    }

    protected override void Encode(int round)
    {
        if (round == 0)
        {
            (_decides, _undecidedCount) = (false, 0);
            _undecided = _undecided.Length < Keys.Count ? new int[Math.Max(Keys.Count, 2 * _undecided.Length)] : _undecided;
            for (var i = 0; i < Keys.Count; i++)
            {
                Get(i);
            }
        }
        else if (round == 1)
        {
            _decides = true;
            for (var i = 0; i < _undecidedCount; i++)
            {
                Get(_undecided[i]);
            }
        }
    }

    private int KeyOf(int command) => _decides ? _undecided[command] : command;

    private void EndKey(int key)
    {
        if (_hasAny)
        {
            if (_decides)
            {
                BeginNulls(key);
            }

            Found.End(key);
        }
        else if (!_decides && _others.Length > 0)
        {
            _undecided[_undecidedCount++] = key;
        }
    }

    /// <summary>A row of which nothing that is asked for is there.</summary>
    private void BeginNulls(int key)
    {
        Found.Begin(key);
        for (var i = 0; i < _first.Length; i++)
        {
            Settings.Columns.Layout.AppendNull(Found.Heap, i);
        }
    }

    private void Get(int key)
    {
        Begin(2 + Fields.Length);
        Writer.Bulk("HMGET"u8);
        BulkKey(Keys[key]);
        foreach (var field in Fields)
        {
            Writer.Raw(field);
        }
    }
}
