namespace Sluice.Tests.Jobs;

public sealed class SettingsTests : IDisposable
{
    private readonly Scratch _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData("{}", 0L, null)]
    [InlineData("null", 0L, null)]
    [InlineData("""{"errorLimit":{}}""", 0L, null)]
    [InlineData("""{"errorLimit":null}""", 0L, null)]
    [InlineData("""{"errorLimit":{"record":"7"}}""", 7L, null)]
    [InlineData("""{"errorLimit":{"percentage":0.02}}""", null, 0.02)]
    [InlineData("""{"errorLimit":{"percentage":"1"}}""", null, 1.0)]
    [InlineData("""{"errorLimit":{"record":7,"percentage":0}}""", 7L, 0.0)]
    public void The_dirty_limit_is_zero_unless_something_else_is_said(string setting, long? records, double? fraction)
    {
        var limit = _scratch.Load(Scratch.WithSetting(setting)).Settings.DirtyLimit;
        Assert.Equal(records, limit.Records);
        Assert.Equal(fraction, limit.Fraction);
    }

    [Theory]
    [InlineData("{}", 1, null, null)]
    [InlineData("""{"concurrent":"3"}""", 3, null, null)]
    [InlineData("""{"channel":3}""", 3, null, null)]
    [InlineData("""{"throttle":true,"mbps":"12"}""", 1, 12_582_912L, null)]
    [InlineData("""{"throttle":"true","mbps":0.5}""", 1, 524_288L, null)]
    [InlineData("""{"throttle":false,"mbps":12}""", 1, null, null)]
    [InlineData("""{"throttle":false,"mbps":"what"}""", 1, null, null)]
    [InlineData("""{"mbps":1}""", 1, 1_048_576L, null)]
    [InlineData("""{"throttle":true,"mbps":1,"byte":1000}""", 1, 1000L, null)]
    [InlineData("""{"byte":"2000","record":"10"}""", 1, 2000L, 10L)]
    [InlineData("""{"byte":-1,"record":0}""", 1, null, null)]
    [InlineData("""{"throttle":true,"record":10}""", 1, null, 10L)]
    public void Speed_is_tasks_bytes_and_rows(string speed, int concurrent, long? bytes, long? rows)
    {
        var settings = _scratch.Load(Scratch.WithSetting($$"""{"speed":{{speed}} }""")).Settings;
        Assert.Equal((concurrent, bytes, rows), (settings.Concurrent, settings.BytesPerSecond, settings.RowsPerSecond));
        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void A_throttle_without_a_rate_is_unlimited_with_a_warning()
    {
        Assert.Null(_scratch.Load(Scratch.WithSetting("""{"speed":{"throttle":true}}""")).Settings.BytesPerSecond);
        Assert.Contains("'throttle' is true without 'mbps', so the speed is not limited", Assert.Single(_scratch.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"errorLimit":{"record":-1}}""", "(setting.errorLimit.record): 'record' is -1; allowed: integer from 0")]
    [InlineData("""{"errorLimit":{"record":""}}""", "'record' is \"\"; allowed: integer from 0")]
    [InlineData("""{"errorLimit":{"record":1.5}}""", "'record' is 1.5; allowed: integer from 0")]
    [InlineData("""{"errorLimit":{"record":true}}""", "'record' is true; allowed: integer from 0")]
    [InlineData("""{"errorLimit":{"percentage":2}}""", "'percentage' is 2; allowed: number from 0 to 1")]
    [InlineData("""{"errorLimit":{"percentage":"-0.1"}}""", "'percentage' is \"-0.1\"; allowed: number from 0 to 1")]
    [InlineData("""{"errorLimit":{"percentage":"NaN"}}""", "'percentage' is \"NaN\"; allowed: number from 0 to 1")]
    [InlineData("""{"errorLimit":3}""", "(setting.errorLimit): 'errorLimit' is a number; allowed: an object")]
    [InlineData("""{"speed":{"concurrent":0}}""", "(setting.speed.concurrent): 'concurrent' is 0; allowed: integer from 1 to 1024")]
    [InlineData("""{"speed":{"channel":"many"}}""", "(setting.speed.channel): 'concurrent' is \"many\"; allowed: integer from 1 to 1024")]
    [InlineData("""{"speed":{"concurrent":1,"channel":1}}""", "'channel' and 'concurrent' are the same option; give one of them")]
    [InlineData("""{"speed":{"throttle":"on"}}""", "'throttle' is \"on\"; allowed: true or false")]
    [InlineData("""{"speed":{"throttle":true,"mbps":0}}""", "(setting.speed.mbps): 'mbps' is 0; allowed: a number above 0")]
    [InlineData("""{"speed":{"throttle":true,"mbps":"fast"}}""", "'mbps' is \"fast\"; allowed: a number above 0")]
    [InlineData("""{"speed":{"byte":-2}}""", "'byte' is -2; allowed: integer from -1")]
    [InlineData("""{"speed":{"record":"1k"}}""", "'record' is \"1k\"; allowed: integer from -1")]
    [InlineData("""{"speed":[]}""", "'speed' is a list; allowed: an object")]
    [InlineData("[]", "(setting): 'setting' is a list; allowed: an object")]
    public void A_setting_that_cannot_be_read_is_refused_at_its_place(string setting, string expected) =>
        Assert.Contains(expected, _scratch.Refusal(Scratch.WithSetting(setting)), StringComparison.Ordinal);
}
