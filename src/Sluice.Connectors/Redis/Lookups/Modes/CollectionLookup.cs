using Sluice.Engine.Lookup;
using Sluice.Engine.Types;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Lookups.Modes;

/// <summary>A key, and all that it holds as an array.</summary>
internal abstract class CollectionLookup : LookupMode
{
    public override string TakesWhat => "the column beside the key has to be ARRAY<STRING>";

    /// <summary>The name of the command that gives all elements, and what follows the key.</summary>
    public abstract (string Name, string[] After) Elements { get; }

    /// <summary>The name of the command that gives their number, for who wants no more.</summary>
    public abstract string Count { get; }

    protected override IReadOnlyList<(string Role, string Type)> Roles { get; } = [("key", "STRING"), ("elements", "ARRAY<STRING>")];

    public override bool Takes(SqlType type) => type is { Kind: TypeKind.Array, Element: { Kind: TypeKind.Varchar, Precision: SqlType.MaxLength } };

    public override LookupRead NewRead(RedisLookupSettings settings) => new CollectionRead(settings, this);

    public override string Describe(RedisLookupSettings settings) => settings.Columns.Asked.Length > 0
        ? string.Join(' ', [Elements.Name, settings.ShownKey, .. Elements.After])
        : $"{Count} {settings.ShownKey}";
}

/// <summary>One command per key. What is empty is not there, in Redis as here.</summary>
internal sealed class CollectionRead : LookupRead
{
    private readonly bool _hasElements;
    private readonly RespConstant _command;
    private readonly RespConstant[] _after;
    private long _count;

    public CollectionRead(RedisLookupSettings settings, CollectionLookup mode) : base(settings)
    {
        _hasElements = settings.Columns.Asked.Length > 0;
        _command = new RespConstant(_hasElements ? mode.Elements.Name : mode.Count);
        _after = _hasElements ? [.. mode.Elements.After.Select(a => new RespConstant(a))] : [];
    }

    public override void Reply(int command, in RespReply reply)
    {
        if (reply.IsError || reply.Kind != RespKind.Integer || _hasElements)
        {
            Refused(reply, command);
        }
        else if (reply.Integer > 0)
        {
            Found.Begin(command);
            Found.End(command);
        }
    }

    public override void Array(int command, long count)
    {
        _count = count;
        if (!_hasElements)
        {
            Unexpected();
        }
        else if (count > 0)
        {
            Found.Begin(command);
            RecordLayout.AppendCount(Found.Heap, (int)count);
        }
    }

    public override void Element(int command, long index, in RespReply reply)
    {
        if (_hasElements && HasRoom(reply.Content.Length))
        {
            RecordLayout.AppendText(Found.Heap, reply.Content);
            if (index == _count - 1)
            {
                Found.End(command);
            }
        }
    }

    protected override void Encode(int round)
    {
        for (var i = 0; round == 0 && i < Keys.Count; i++)
        {
            Begin(2 + _after.Length);
            Writer.Raw(_command);
            BulkKey(Keys[i]);
            foreach (var argument in _after)
            {
                Writer.Raw(argument);
            }
        }
    }
}
