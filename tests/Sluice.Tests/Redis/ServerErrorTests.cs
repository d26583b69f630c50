using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis;

/// <summary>What the servers of versions 5 to 7 say, and what S-24 does about it.</summary>
public sealed class ServerErrorTests
{
    [Theory]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot")]
    [InlineData("CLUSTERDOWN Hash slot not served")]
    [InlineData("CLUSTERDOWN")]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.")]
    [InlineData("READONLY You can't write against a read only replica.")]
    [InlineData("MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk.")]
    [InlineData("MISCONF Errors writing to the AOF file: No space left on device")]
    [InlineData("NOREPLICAS Not enough good replicas to write.")]
    [InlineData("BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.")]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'.")]
    [InlineData("OOM command not allowed when used memory > 'maxmemory'. script: 5d, on @user_script:1.")]
    [InlineData("ERR max number of clients reached")]
    [InlineData("ERR max number of clients + cluster connections reached")]
    [InlineData("ERR Error running script (call to f_6b1b): @user_script:9: @user_script: 9: -OOM command not allowed when used memory > 'maxmemory'.")]
    [InlineData("@user_script: 14: -OOM command not allowed when used memory > 'maxmemory'.")]
    [InlineData("ERR Error running script (call to f_6b1b): @user_script:9: @user_script: 9: -READONLY You can't write against a read only replica.")]
    public void Passing_conditions_are_retried(string text) => Assert.Equal(ErrorClass.Retry, ServerError.Parse(text).Class);

    [Theory]
    [InlineData("MOVED 3999 127.0.0.1:6381")]
    [InlineData("ASK 3999 127.0.0.1:6381")]
    public void A_slot_elsewhere_is_a_redirection(string text) => Assert.Equal(ErrorClass.Redirect, ServerError.Parse(text).Class);

    [Theory]
    [InlineData("NOAUTH Authentication required.")]
    [InlineData("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used")]
    [InlineData("WRONGPASS invalid username-password pair or user is disabled.")]
    [InlineData("NOPERM this user has no permissions to run the 'eval' command")]
    [InlineData("NOPERM this user has no permissions to access one of the keys used as arguments")]
    [InlineData("ERR The user executing the script can't run this command or subcommand script: 5d0b, on @user_script:4.")]
    [InlineData("ERR The user executing the script can't access at least one of the keys mentioned in the command arguments script: 5d0b, on @user_script:4.")]
    [InlineData("ERR ACL failure in script: User limited has no permissions to run the 'type' command script: 5d0b, on @user_script:4.")]
    [InlineData("ERR Error running script (call to f_5d0b): @user_script:4: @user_script: 4: The user executing the script can't run this command or subcommand")]
    [InlineData("@user_script: 14: The user executing the script can't access at least one of the keys mentioned in the command arguments")]
    [InlineData("CROSSSLOT Keys in request don't hash to the same slot")]
    [InlineData("ERR unknown command 'HSET', with args beginning with: 'k'")]
    [InlineData("ERR unknown command `HSET`, with args beginning with: `k`")]
    [InlineData("ERR invalid password")]
    [InlineData("ERR Client sent AUTH, but no password is set")]
    [InlineData("DENIED Redis is running in protected mode because protected mode is enabled and no password is set for the default user.")]
    public void What_no_command_would_pass_stops_the_job(string text) => Assert.Equal(ErrorClass.Stop, ServerError.Parse(text).Class);

    [Theory]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value")]
    public void A_key_of_another_type_is_a_class_of_its_own(string text) => Assert.Equal(ErrorClass.WrongType, ServerError.Parse(text).Class);

    [Theory]
    [InlineData("ERR value is not a valid float")]
    [InlineData("ERR value is not an integer or out of range")]
    [InlineData("ERR resulting score is not a number (NaN)")]
    [InlineData("ERR string exceeds maximum allowed size (proto-max-bulk-len)")]
    [InlineData("ERR Protocol error: invalid bulk length")]
    [InlineData("ERR invalid expire time in 'set' command")]
    [InlineData("ERR syntax error")]
    [InlineData("BUSYKEY Target key name already exists.")]
    [InlineData("BUSYGROUP Consumer Group name already exists")]
    [InlineData("OOMPH")]
    [InlineData("ASKING what")]
    [InlineData("ERR Error running script (call to f_6b1b): @user_script:9: wrong number of arguments")]
    [InlineData("")]
    public void What_concerns_one_command_concerns_its_record(string text) => Assert.Equal(ErrorClass.Record, ServerError.Parse(text).Class);

    [Fact]
    public void The_text_stays_as_the_server_gave_it() =>
        Assert.Equal("ERR Error running script: -OOM x", ServerError.Parse("ERR Error running script: -OOM x"u8).Text);
}
