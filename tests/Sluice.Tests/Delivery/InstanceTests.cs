using Sluice.Connectors.MySql;
using Sluice.Connectors.MySql.Slicing;
using Sluice.Connectors.Redis.Delivery;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;

namespace Sluice.Tests.Delivery;

/// <summary>S-27b, S-27c: what stands in the keys and values of positions.</summary>
public sealed class InstanceTests
{
    [Theory]
    [InlineData("job", "", "", "job")]
    [InlineData("a/b?c", "", "", "a%2Fb%3Fc")]
    [InlineData("job", "day=2024-05-01", "", "job?day=2024-05-01")]
    [InlineData("job", "a=1&2,b={x}", "", "job?a=1%262&b=%7Bx%7D")]
    [InlineData("job", "a=1", "sink", "job?a=1/sink")]
    [InlineData("50%", "", "", "50%25")]
    public void The_id_tells_names_and_values_apart(string name, string placeholders, string part, string id)
    {
        var pairs = placeholders.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)).Select(p => KeyValuePair.Create(p[0], p[1]));
        Assert.Equal(id, new JobInstance(name, [.. pairs], Fingerprint.Of([])) { Part = part }.Id);
    }

    [Fact]
    public void A_fingerprint_names_what_differs_and_holds_no_value()
    {
        var one = Fingerprint.Of([new("table", "t"), new("where", "secret = 1"), new("column", "a")]);
        var other = Fingerprint.Of([new("table", "t"), new("where", "secret = 2"), new("column", "a"), new("splitPk", "id")]);

        Assert.Equal(["where", "splitPk"], one.DifferencesFrom(other));
        Assert.Empty(one.DifferencesFrom(Fingerprint.Parse(one.ToString())!));
        Assert.DoesNotContain("secret", one.ToString(), StringComparison.Ordinal);
        Assert.Null(Fingerprint.Parse("what somebody else wrote"));
    }

    [Theory]
    [InlineData(4000, null, false, "4000")]
    [InlineData(4000, "> 17", false, "4000 key > 17")]
    [InlineData(-2, null, true, "-2 end")]
    [InlineData(7, ">= x'20656E64'", true, "7 end key >= x'20656E64'")]
    public void A_position_is_read_back_as_it_was(long ordinal, string? key, bool isEnd, string text)
    {
        var position = new Position(ordinal, key, isEnd);
        Assert.Equal(text, position.ToString());
        Assert.True(Position.TryParse(text, out var read));
        Assert.Equal(position, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("1 2")]
    [InlineData("1 ending")]
    public void Another_text_is_no_position(string text) => Assert.False(Position.TryParse(text, out _));

    [Theory]
    [InlineData("* *", null)]
    [InlineData("-5 *", "k >= -5")]
    [InlineData("* x'00FF'", "k < x'00FF'")]
    [InlineData("_utf8mb4 x'61' _utf8mb4 x'62'", "k >= _utf8mb4 x'61' AND k < _utf8mb4 x'62'")]
    [InlineData("null", "k IS NULL")]
    public void Stored_bounds_are_read_back(string state, string? condition)
    {
        var slice = Slice.Parse("#1", state)!;
        Assert.Equal(condition, slice.Condition("k"));
        Assert.Equal(state, slice.State);
    }

    [Theory]
    [InlineData("1 OR 1=1 *")]
    [InlineData("* 5; DROP TABLE t")]
    [InlineData("x'6' *")]
    [InlineData("*")]
    [InlineData("")]
    public void Stored_bounds_are_literals_or_nothing(string state) => Assert.Null(Slice.Parse("#1", state));

    [Theory]
    [InlineData("> 17", "k > 17")]
    [InlineData(">= -9223372036854775808", "k >= -9223372036854775808")]
    [InlineData("> _utf8mb4 x''", "k > _utf8mb4 x''")]
    public void A_stored_key_becomes_a_condition(string key, string condition) => Assert.Equal(condition, KeyPosition.Condition(new Position(1, key), "k"));

    [Theory]
    [InlineData("> 17", "k <= 17")]
    [InlineData(">= -17", "k < -17")]
    [InlineData("> _utf8mb4 x'61'", "k <= _utf8mb4 x'61'")]
    [InlineData(">= x'61'", "k < x'61'")]
    public void A_stored_key_becomes_the_bound_of_what_it_covers(string key, string condition) => Assert.Equal(condition, KeyPosition.Bound(new Position(1, key), "k"));

    [Fact]
    public void The_end_of_a_slice_bounds_nothing_and_a_position_without_key_cannot()
    {
        Assert.Null(KeyPosition.Bound(new Position(1, null, IsEnd: true), "k"));
        Assert.Null(KeyPosition.Bound(new Position(1, "> 17", IsEnd: true), "k"));
        Assert.Contains("--restart", Assert.Throws<ConfigException>(() => KeyPosition.Bound(new Position(1), "k")).Message, StringComparison.Ordinal);
        Assert.Contains("--restart", Assert.Throws<ConfigException>(() => KeyPosition.Bound(new Position(1, "> 1 OR 1"), "k")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("> 17 OR 1=1")]
    [InlineData("17")]
    [InlineData("> 'a'")]
    [InlineData("> 1\n")]
    public void A_stored_key_is_a_literal_or_refused(string key) =>
        Assert.Contains("--restart", Assert.Throws<ConfigException>(() => KeyPosition.Condition(new Position(1, key), "k")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_stored_hash_is_read_back_in_the_order_of_its_splits()
    {
        var fingerprint = Fingerprint.Of([new("table", "t")]);
        StoredSplit[] splits = [.. Enumerable.Range(1, 12).Select(i => new StoredSplit($"db:a.t#{i}", i == 3 ? null : $"{i} *"))];
        string[] hash = [.. StoredHash.PositionOf(new SplitPosition(new Split("db:a.t#2"), new Position(5, "> 5"))), .. StoredHash.HeadOf(fingerprint, splits)];

        var stored = StoredHash.Read([.. hash.Chunk(2).Reverse().SelectMany(p => p)])!;

        Assert.Equal(splits, stored.Splits);
        Assert.Equal(new Position(5, "> 5"), Assert.Single(stored.Positions, p => p.Key == "db:a.t#2").Value);
        Assert.Empty(stored.Fingerprint.DifferencesFrom(fingerprint));
        Assert.Null(StoredHash.Read(["colour", "red"]));
        Assert.Null(StoredHash.Read([.. hash, "position:x", "somewhere"]));
        Assert.Null(StoredHash.Read([.. hash.Select(h => h == "1" ? "2" : h)]));
    }
}
