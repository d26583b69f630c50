using System.Runtime.CompilerServices;
using System.Text;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Writes;

/// <summary>What the value columns of a record are to a mode.</summary>
internal enum ValueShape
{
    /// <summary>One value, joined from any number of columns.</summary>
    Joined,
    /// <summary>Exactly two columns: score and member, field and value.</summary>
    Pair,
}

/// <summary>One way to write records: which command, with which arguments, for one or more rows of the same key.</summary>
internal abstract class WriteMode
{
    /// <summary>Writes over a key of another type, and sets an expiry with a write, in one atomic step. The arguments after the
    /// key are: the wanted type (empty: do not write over), the command, the expiry's command (empty: none) and argument, then the
    /// command's own arguments, in steps that Lua's stack can take. A sorted set's score may still be refused when the old key is
    /// gone: then the old key comes back.</summary>
    private const string ScriptText = """
        local want, command, expire = ARGV[1], ARGV[2], ARGV[3]
        local old, ttl
        if want ~= '' then
          local found = redis.call('TYPE', KEYS[1]).ok
          if found ~= want and found ~= 'none' then
            if command == 'ZADD' then
              old, ttl = redis.call('DUMP', KEYS[1]), redis.call('PTTL', KEYS[1])
            end
            redis.call('DEL', KEYS[1])
          end
        end
        for i = 5, #ARGV, 6000 do
          local reply = redis.pcall(command, KEYS[1], unpack(ARGV, i, math.min(i + 5999, #ARGV)))
          if type(reply) == 'table' and reply.err then
            if old then
              redis.call('DEL', KEYS[1])
              redis.call('RESTORE', KEYS[1], math.max(ttl, 0), old)
            end
            return reply
          end
        end
        if expire ~= '' then
          redis.call(expire, KEYS[1], ARGV[4])
        end
        return 1
        """;

    /// <summary>In a unit: removes the keys that are of another type than the wanted one, before they are written.</summary>
    private const string ClearText = """
        for i = 1, #KEYS do
          local found = redis.call('TYPE', KEYS[i]).ok
          if found ~= ARGV[1] and found ~= 'none' then
            redis.call('DEL', KEYS[i])
          end
        end
        return 1
        """;

    private static readonly RespConstant s_eval = new("EVAL", ScriptText, "1");
    private static readonly RespConstant s_clear = new("EVAL", ClearText);

    private readonly byte[] _type;
    private readonly RespConstant _command;

    protected WriteMode(string type, IReadOnlyList<string> commands, string? command)
    {
        (Type, Commands, Command) = (type, commands, (command ?? commands[0]).ToUpperInvariant());
        _type = Encoding.ASCII.GetBytes(type);
        _command = new RespConstant(Command);
    }

    /// <summary>The word the user types, which is also Redis's name of the type.</summary>
    public string Type { get; }

    /// <summary>The words for <c>mode</c>; the first is the default.</summary>
    public IReadOnlyList<string> Commands { get; }

    public string Command { get; }

    public virtual ValueShape Shape => ValueShape.Joined;

    /// <summary>What the two columns of a pair are called in messages.</summary>
    public virtual (string First, string Second) PairNames => ("", "");

    /// <summary>Whether a null in the second column of a pair makes the record dirty; else it is the empty text (S-13).</summary>
    public virtual bool RefusesNullSecond => false;

    /// <summary>Whether <c>column</c> may name the source columns.</summary>
    public virtual bool TakesColumns => false;

    /// <summary>Whether writing a record twice is the same as writing it once.</summary>
    public virtual bool IsRepeatable => true;

    /// <summary>Whether a key of another type is overwritten (S-17).</summary>
    public virtual bool Overwrites => true;

    /// <summary>Rows of one key go into one command, or runs of this many rows do; 0 means by key.</summary>
    public virtual int RunLength(Expiry expiry) => 0;

    /// <summary>Whether a refused write must leave even the expiry of the key alone, so that both go in one step.</summary>
    protected virtual bool ExpiresInOneStep => false;

    /// <summary>The same mode with another of its commands.</summary>
    public abstract WriteMode With(string command);

    /// <summary>Encodes every group of the block: its data and, where it has one, its expiry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public virtual void Encode(WriteBlock block)
    {
        if (block.IsUnit)
        {
            EncodeUnit(block);
            return;
        }

        var oneStep = ExpiresInOneStep && !block.Expiry.IsNone;
        var expires = !block.Expiry.IsNone && !oneStep;
        foreach (var (first, count) in block.Groups)
        {
            if (oneStep)
            {
                Script(block, first, count);
                continue;
            }

            Data(block, first, count);
            if (expires)
            {
                Expire(block, first, count);
            }
        }
    }

    /// <summary>Likewise where all is applied or nothing: what could be refused stands by itself, since nothing can be done again.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void EncodeUnit(WriteBlock block)
    {
        if (Overwrites)
        {
            Clear(block);
        }

        foreach (var (first, count) in block.Groups)
        {
            if (!Overwrites && !block.Expiry.IsNone && !block.IsBySlot)
            {
                Script(block, first, count);
            }
            else
            {
                Group(block, first, count);
            }
        }
    }

    /// <summary>The rows of a key and their expiry, after <see cref="Clear"/>.</summary>
    protected virtual void Group(WriteBlock block, int first, int count)
    {
        Data(block, first, count);
        if (!block.Expiry.IsNone)
        {
            Expire(block, first, count);
        }
    }

    /// <summary>Whether the rows of a key are certain to be taken, so that what is there may go before.</summary>
    protected virtual bool IsCleared(WriteBlock block, int first, int count) => true;

    private void Clear(WriteBlock block)
    {
        var to = block.Writer;
        var keys = 0;
        foreach (var (first, count) in block.Groups)
        {
            keys += IsCleared(block, first, count) ? 1 : 0;
        }

        if (keys == 0)
        {
            return;
        }

        to.Begin(4 + keys);
        to.Raw(s_clear);
        to.Bulk(keys);
        foreach (var (first, count) in block.Groups)
        {
            if (IsCleared(block, first, count))
            {
                to.Bulk(block.Keys, block.Order[first]);
            }
        }

        to.Bulk(_type);
        block.EndCommand(CommandKind.Clear, 0, 0);
    }

    /// <summary>One command for the rows at <c>block.Order[first..first+count]</c>, which share a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public virtual void Data(WriteBlock block, int first, int count)
    {
        var to = block.Writer;
        to.Begin(2 + Arguments(block, first, count));
        to.Raw(_command);
        to.Bulk(block.Keys, block.Order[first]);
        WriteArguments(block, first, count);
        block.EndCommand(CommandKind.Data, first, count);
    }

    /// <summary>The same rows by the script, which writes over another type and sets the expiry in the same step.</summary>
    public void Script(WriteBlock block, int first, int count)
    {
        var to = block.Writer;
        to.Begin(8 + Arguments(block, first, count));
        to.Raw(s_eval);
        to.Bulk(block.Keys[block.Order[first]]);
        to.Bulk(Overwrites ? _type : default);
        to.Raw(_command);
        to.Bulk(block.Expiry.IsNone ? default : block.Expiry.Command);
        to.Bulk(block.Expiry.Argument);
        WriteArguments(block, first, count);
        block.EndCommand(CommandKind.Script, first, count);
    }

    /// <summary>What <c>explain</c> shows: the command's arguments after the key.</summary>
    public abstract string Describe(IReadOnlyList<string> values, IReadOnlyList<string> fields);

    /// <summary>How many arguments <see cref="WriteArguments"/> writes.</summary>
    protected abstract int Arguments(WriteBlock block, int first, int count);

    protected abstract void WriteArguments(WriteBlock block, int first, int count);

    /// <summary>The expiry of the key of these rows.</summary>
    public static void Expire(WriteBlock block, int first, int count)
    {
        var to = block.Writer;
        to.Begin(3);
        to.Bulk(block.Expiry.Command);
        to.Bulk(block.Keys[block.Order[first]]);
        to.Bulk(block.Expiry.Argument);
        block.EndCommand(CommandKind.Expire, first, count);
    }
}
