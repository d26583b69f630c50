using Sluice.Connectors.Redis;
using Sluice.Redis.Connections;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis;

/// <summary>What the user is told of rights, in the words of servers from version 6.0 on.</summary>
public sealed class RedisErrorTests
{
    [Theory]
    [InlineData("NOPERM this user has no permissions to run the 'eval' command or its subcommand", "+eval;")]
    [InlineData("NOPERM User limited has no permissions to run the 'cluster|slots' command", "+cluster|slots;")]
    [InlineData("NOPERM this user has no permissions to access one of the keys used as arguments", "a pattern '~...' that the keys of the job fit;")]
    [InlineData("EXECABORT Transaction discarded because of: NOPERM this user has no permissions to run the 'exec' command", "+exec;")]
    [InlineData("NOPERM No permissions to access a key", "a pattern '~...' that the keys of the job fit;")]
    [InlineData("ERR ACL failure in script: User limited has no permissions to run the 'type' command script: 5d, on @user_script:4.", "+type;")]
    [InlineData("ERR ACL failure in script: User limited has no permissions to access the 'k1' key script: 5d, on @user_script:4.", "a pattern '~...' that 'k1' fits;")]
    [InlineData("ERR The user executing the script can't run this command or subcommand script: 5d, on @user_script:4.", "what the scripts of the job call (such as +type +del +pexpire);")]
    public void The_missing_right_is_named_as_far_as_the_server_names_it(string text, string right)
    {
        var told = RedisErrors.Explain(new RedisServerException("here:1", ServerError.Parse(text), "the server refuses"));
        Assert.StartsWith($"this user may not do what the job needs; let it (ACL SETUSER): {right}", told, StringComparison.Ordinal);
        Assert.Contains("docs/connectors/redis.md", told, StringComparison.Ordinal);
        Assert.EndsWith(text, told, StringComparison.Ordinal);
    }
}
