using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>The commands that rows of a table become, as far as modes share them.</summary>
internal static class TableCommands
{
    /// <summary>Several commands on one key in one atomic step. The arguments after the key are: the expiry in milliseconds (0: none),
    /// then for each command the number of its arguments, its name and these, in steps that Lua's stack can take. What the
    /// server refuses raises an error before the expiry is touched.</summary>
    private const string ScriptText = """
        local i = 2
        while i <= #ARGV do
          local n, command = tonumber(ARGV[i]), ARGV[i + 1]
          if n == 0 then
            redis.call(command, KEYS[1])
          end
          for first = i + 2, i + 1 + n, 6000 do
            redis.call(command, KEYS[1], unpack(ARGV, first, math.min(first + 5999, i + 1 + n)))
          end
          i = i + 2 + n
        end
        if ARGV[1] ~= '0' then
          redis.call('PEXPIRE', KEYS[1], ARGV[1])
        end
        return 1
        """;

    public static readonly RespConstant Del = new("DEL");

    private static readonly RespConstant s_expire = new("PEXPIRE");

    private static readonly RespConstant s_eval = new("EVAL", ScriptText, "1");

    /// <summary>Begins <c>command key ...</c>, which takes so many arguments after the key; with an expiry as a script of that one
    /// command, since a refused write must leave the key's expiry alone.</summary>
    public static void BeginWrite(SinkBlock block, RespConstant command, int row, int arguments)
    {
        if (block.Expiration == 0 || block.IsBySlot)
        {
            Begin(block, command, row, arguments);
            return;
        }

        BeginScript(block, row, 2 + arguments);
        BeginStep(block, command, arguments);
    }

    /// <summary>By slot: what a row's write leaves to do about the expiry. Where the write is refused, the script leaves this out.</summary>
    public static void Expire(SinkBlock block, int row)
    {
        if (block.Expiration > 0 && block.IsBySlot)
        {
            var first = block.Ordered;
            block.Cover(row);
            Begin(block, s_expire, row, 1);
            block.Writer.Bulk(block.Expiration);
            block.EndCommand(CommandScope.Row, first, -1);
        }
    }

    /// <summary>Begins <c>command key ...</c>.</summary>
    public static void Begin(SinkBlock block, RespConstant command, int row, int arguments)
    {
        var to = block.Writer;
        to.Begin(2 + arguments);
        to.Raw(command);
        to.Bulk(block.Texts[0], row);
    }

    /// <summary>Begins a script of several commands, whose steps take so many arguments in all.</summary>
    public static void BeginScript(SinkBlock block, int row, int arguments)
    {
        var to = block.Writer;
        to.Begin(5 + arguments);
        to.Raw(s_eval);
        to.Bulk(block.Texts[0], row);
        to.Bulk(block.Expiration);
    }

    /// <summary>Begins a command of a script; it takes two arguments more than its own.</summary>
    public static void BeginStep(SinkBlock block, RespConstant command, int arguments)
    {
        block.Writer.Bulk(arguments);
        block.Writer.Raw(command);
    }

    /// <summary><c>DEL key</c> for a group of rows.</summary>
    public static void DeleteKey(SinkBlock block, int row, int group)
    {
        var first = block.Ordered;
        block.Cover(row);
        Begin(block, Del, row, 0);
        block.EndCommand(group < 0 ? CommandScope.Row : CommandScope.Key, first, group);
    }
}
