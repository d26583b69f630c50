using System.Security.Cryptography;
using System.Text;
using Sluice.Redis.Protocol;

namespace Sluice.Redis.Units;

/// <summary>The scripts that write to a cluster exactly once. What they have to say they say as errors, which begin with a word of ours.</summary>
internal static class SlotScripts
{
    /// <summary>Applied in part: behind the word the numbers of the commands that were refused, separated by commas, and why.</summary>
    public const string Refused = "SLUICEREFUSED ";

    /// <summary>Was applied before. Behind it likewise.</summary>
    public const string Covered = "SLUICECOVERED ";

    /// <summary>Not applied: the slot's position, which stands behind the word, does not fit.</summary>
    public const string At = "SLUICEAT ";

    /// <summary>Not applied: there is no position where ours should be.</summary>
    public const string Foreign = "SLUICEFOREIGN ";

    /// <summary>The record has the owner that stands behind the word.</summary>
    public const string Owned = "SLUICEOWNED ";

    /// <summary>The commands of a slot and its position. KEYS: the hash with the position, then the keys of the commands. ARGV: the
    /// field, the new position, how far that is, how far everything is that was sent before, how far the slot is as far as is known
    /// (-1: nothing), the type that the keys must have; then for each command the number of its arguments and these.
    /// What is refused for another reason than its own row's is refused before anything is applied.</summary>
    public const string ApplyText = """
        local at = redis.pcall('HGET', KEYS[1], ARGV[1])
        if type(at) == 'table' then
          if string.find(at.err, 'WRONGTYPE', 1, true) then
            return redis.error_reply('SLUICEFOREIGN no hash')
          end
          return at
        end
        local target, sent, known, want = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6]
        local found = -1
        if at then
          found = tonumber(string.match(at, '^-?%d+'))
        end
        if not found then
          return redis.error_reply('SLUICEFOREIGN no position')
        end
        local covered = found >= target
        if not covered and (found < known or found > sent) then
          return redis.error_reply('SLUICEAT ' .. (at or ''))
        end
        local refused, reason, left, applied = {}, '-', {}, false
        local i, n = 7, 0
        while i <= #ARGV do
          local name, key, last = ARGV[i + 1], ARGV[i + 2], i + ARGV[i]
          local err, reply
          if covered then
            local holds = redis.call('TYPE', key).ok
            if name ~= 'DEL' and holds ~= want and holds ~= 'none' then
              err = 'WRONGTYPE the reply was lost; the key holds a ' .. holds
            end
          elseif not (left[key] and string.find(name, 'EXPIRE', 1, true)) then
            local first = i + 3
            repeat
              reply = redis.pcall(name, key, unpack(ARGV, first, math.min(first + 5999, last)))
              err = type(reply) == 'table' and reply.err
              first = first + 6000
            until err or first > last
            if err and not applied and not string.find(err, 'WRONGTYPE', 1, true) then
              if string.find(err, 'ACL failure', 1, true) or string.find(err, "can't run this command", 1, true) then
                return redis.error_reply('NOPERM ' .. err)
              end
              return reply
            end
            applied = applied or not err
            left[key] = err and true or nil
          end
          if err then
            refused[#refused + 1] = n
            reason = err
          end
          i, n = last + 1, n + 1
        end
        if not covered then
          redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
        end
        if covered or #refused > 0 then
          return redis.error_reply((covered and 'SLUICECOVERED ' or 'SLUICEREFUSED ') .. table.concat(refused, ',') .. ' ' .. reason)
        end
        return 1
        """;

    /// <summary>The record of a split. KEYS: the record, and the hash that says which splits there are. ARGV: the owner, the position
    /// (empty: none), the positions up to which slots may be ahead of it, a field for the second key (empty: none).</summary>
    private const string RecordText = """
        local owner = redis.call('HGET', KEYS[1], 'owner')
        if owner and owner ~= ARGV[1] then
          return redis.error_reply('SLUICEOWNED ' .. owner)
        end
        redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'ahead', ARGV[3])
        if ARGV[2] == '' then
          redis.call('HDEL', KEYS[1], 'position')
        else
          redis.call('HSET', KEYS[1], 'position', ARGV[2])
        end
        if ARGV[4] ~= '' then
          redis.call('HSET', KEYS[2], ARGV[4], '')
        end
        return 1
        """;

    /// <summary>The first two arguments of a call: with the whole text, and by its hash once a node knows it.</summary>
    public static RespConstant ApplyWhole { get; } = new("EVAL", ApplyText);

#pragma warning disable CA5350 // This is the name that Redis gives a script.
    public static string ApplyHash { get; } = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(ApplyText)));
#pragma warning restore CA5350

    public static RespConstant Apply { get; } = new("EVALSHA", ApplyHash);

    public static RespConstant Record { get; } = new("EVAL", RecordText);
}
