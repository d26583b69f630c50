using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Datagen;

public sealed class RandomTests
{
    private const int Rows = 5000;

    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 22, 30, 15, 123, TimeSpan.Zero);

    private static TestTable Table(SqlType type, params (string Option, string Value)[] options) => new("datagen", ("c", type))
    {
        Options = options.ToDictionary(o => "fields.c" + (o.Option.StartsWith('.') ? "" : ".") + o.Option, o => o.Value)
            .Append(KeyValuePair.Create("number-of-rows", $"{Rows}")).Append(KeyValuePair.Create("rows-per-second", "1000000000")).ToDictionary(),
        Clock = new LeapingClock(s_now),
        Zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), "test", "test"),
    };

    private static async Task<List<T>> ValuesAsync<T>(TestTable table)
        where T : unmanaged
    {
        var values = TestTable.Values(await table.ReadAsync(), 0, (c, row) => ((ValueColumn<T>)c).Values[row]);
        Assert.Equal(Rows, values.Count);
        return values;
    }

    private static async Task<List<byte[]>> TextsAsync(TestTable table) => TestTable.Values(await table.ReadAsync(), 0, (c, row) => ((TextColumn)c)[row].ToArray());

    [Fact]
    public async Task Integers_stay_in_their_range_and_reach_both_ends()
    {
        Assert.Equal([-2, -1, 0, 1, 2], (await ValuesAsync<int>(Table(SqlType.Int, ("min", "-2"), ("max", "2")))).Distinct().Order());
        Assert.Equal([7L], (await ValuesAsync<long>(Table(SqlType.BigInt, ("min", "7"), ("max", "7")))).Distinct());
        Assert.Equal([1, 2, 3], (await ValuesAsync<int>(Table(SqlType.SmallInt, ("min", "1"), ("max", "3")))).Distinct().Order());
        Assert.Equal([-1L, 0L], (await ValuesAsync<long>(Table(SqlType.IntervalDayTime, ("min", "-1"), ("max", "0")))).Distinct().Order());
    }

    [Fact]
    public async Task Without_a_range_integers_come_from_all_of_their_type()
    {
        var tiny = await ValuesAsync<int>(Table(SqlType.TinyInt));
        Assert.Equal((-128, 127), (tiny.Min(), tiny.Max()));
        Assert.All(await ValuesAsync<int>(Table(SqlType.SmallInt)), v => Assert.InRange(v, short.MinValue, short.MaxValue));
        var ints = await ValuesAsync<int>(Table(SqlType.Int));
        Assert.True(ints.Min() < int.MinValue / 2 && ints.Max() > int.MaxValue / 2);
        var longs = await ValuesAsync<long>(Table(SqlType.BigInt));
        Assert.True(longs.Min() < long.MinValue / 2 && longs.Max() > long.MaxValue / 2);
        Assert.All(await ValuesAsync<int>(Table(SqlType.IntervalYearMonth)), v => Assert.InRange(v, 0, 120_000));
    }

    [Fact]
    public async Task Floating_numbers_stay_in_their_range_and_spread_over_it()
    {
        var doubles = await ValuesAsync<double>(Table(SqlType.Double, ("min", "-1.5"), ("max", "2.5")));
        Assert.All(doubles, v => Assert.InRange(v, -1.5, 2.5));
        Assert.True(doubles.Min() < -1.3 && doubles.Max() > 2.3);
        Assert.InRange(doubles.Average(), 0.3, 0.7);
        Assert.All(await ValuesAsync<float>(Table(SqlType.Float, ("min", "1"), ("max", "1.5"))), v => Assert.InRange(v, 1f, 1.5f));
    }

    [Fact]
    public async Task Without_a_range_floating_numbers_are_above_zero_as_in_Flink()
    {
        Assert.All(await ValuesAsync<double>(Table(SqlType.Double)), v => Assert.InRange(v, double.Epsilon, double.MaxValue));
        Assert.All(await ValuesAsync<float>(Table(SqlType.Float)), v => Assert.InRange(v, float.Epsilon, float.MaxValue));
    }

    [Fact]
    public async Task Decimals_have_the_scale_of_their_type_and_stay_in_their_range()
    {
        var values = await ValuesAsync<SqlDecimal>(Table(SqlType.Decimal(5, 2), ("min", "-0.02"), ("max", "0.01")));
        Assert.Equal([-2, -1, 0, 1], values.Select(v => (int)v.Unscaled).Distinct().Order());
        Assert.All(values, v => Assert.Equal(2, v.Scale));
        Assert.All(await ValuesAsync<SqlDecimal>(Table(SqlType.Decimal(3, 1))), v => Assert.InRange((int)v.Unscaled, 0, 999));
        Assert.All(await ValuesAsync<SqlDecimal>(Table(SqlType.Decimal(3, 1), ("min", "90"), ("max", "1000"))), v => Assert.InRange((int)v.Unscaled, 900, 999));
        var large = await ValuesAsync<SqlDecimal>(Table(SqlType.Decimal(38, 0)));
        Assert.True(large.Min(v => v.Unscaled) >= 0 && large.Max(v => v.Unscaled) < Int128.Parse("1" + new string('0', 38)) && large.Max(v => v.Unscaled) > Int128.Parse("9" + new string('0', 37)));
    }

    [Fact]
    public async Task Booleans_are_about_as_often_true_as_false() =>
        Assert.InRange((await ValuesAsync<bool>(Table(SqlType.Boolean))).Count(v => v), Rows * 2 / 5, Rows * 3 / 5);

    [Fact]
    public async Task Texts_are_hexadecimal_digits_of_the_length_of_their_type()
    {
        Assert.All(await TextsAsync(Table(SqlType.Char(5))), v => Assert.Matches("^[0-9a-f]{5}$", Encoding.ASCII.GetString(v)));
        Assert.All(await TextsAsync(Table(SqlType.Varchar(33))), v => Assert.Matches("^[0-9a-f]{33}$", Encoding.ASCII.GetString(v)));
        Assert.All(await TextsAsync(Table(SqlType.String)), v => Assert.Equal(100, v.Length));
        Assert.All(await TextsAsync(Table(SqlType.String, ("length", "3"))), v => Assert.Equal(3, v.Length));
        var digits = (await TextsAsync(Table(SqlType.Varchar(16)))).SelectMany(v => v).ToList();
        Assert.All("0123456789abcdef", digit => Assert.InRange(digits.Count(d => d == digit), Rows * 8 / 10, Rows * 12 / 10));
    }

    [Fact]
    public async Task Binaries_are_any_bytes()
    {
        var values = await TextsAsync(Table(SqlType.Binary(9)));
        Assert.All(values, v => Assert.Equal(9, v.Length));
        Assert.Equal(256, values.SelectMany(v => v).Distinct().Count());
        Assert.All(await TextsAsync(Table(SqlType.Bytes)), v => Assert.Equal(100, v.Length));
    }

    [Fact]
    public async Task Varying_lengths_reach_from_one_to_the_length()
    {
        Assert.Equal([1, 2, 3], (await TextsAsync(Table(SqlType.Varchar(3), ("var-len", "true")))).Select(v => v.Length).Distinct().Order());
        Assert.Equal([1, 2], (await TextsAsync(Table(SqlType.Bytes, ("length", "2"), ("var-len", "true")))).Select(v => v.Length).Distinct().Order());
    }

    [Fact]
    public async Task Days_and_times_are_those_of_now_in_the_time_zone_of_the_session()
    {
        // 22:30 UTC on March the 1st is 00:30 on the 2nd two hours further east.
        Assert.Equal([new DateOnly(2026, 3, 2).DayNumber - new DateOnly(1970, 1, 1).DayNumber], (await ValuesAsync<int>(Table(SqlType.Date))).Distinct());
        Assert.InRange(Assert.Single((await ValuesAsync<int>(Table(SqlType.Time()))).Distinct()), ((30 * 60) + 15) * 1000, ((30 * 60) + 16) * 1000);
    }

    [Fact]
    public async Task Timestamps_lie_between_now_and_the_farthest_past_with_the_digits_of_their_type()
    {
        var now = s_now.ToUnixTimeMilliseconds();
        Assert.All(await ValuesAsync<Timestamp>(Table(SqlType.Timestamp(3))), v => Assert.InRange(v.Millis, now, now + 1000));
        var past = await ValuesAsync<Timestamp>(Table(SqlType.TimestampLtz(3), ("max-past", "10 s")));
        Assert.All(past, v => Assert.InRange(v.Millis, now - 10_000, now + 1000));
        Assert.True(past.Min(v => v.Millis) < now - 9000 && past.Max(v => v.Millis) > now - 1000);
        Assert.All(await ValuesAsync<Timestamp>(Table(SqlType.Timestamp(0), ("max-past", "1min"))), v => Assert.Equal(0, v.Millis % 1000));
    }

    [Fact]
    public async Task A_null_rate_makes_about_that_share_of_the_values_null()
    {
        foreach (var type in (SqlType[])[SqlType.Int, SqlType.BigInt, SqlType.String, SqlType.Boolean, SqlType.Bytes, SqlType.Date, SqlType.Array(SqlType.Int), SqlType.Row([new("x", SqlType.Int)])])
        {
            var nulls = TestTable.Values(await Table(type, ("null-rate", "0.25")).ReadAsync(), 0, (c, row) => c.IsNull(row));
            Assert.InRange(nulls.Count(n => n), Rows * 20 / 100, Rows * 30 / 100);
        }

        Assert.All(TestTable.Values(await Table(SqlType.Int, ("null-rate", "1")).ReadAsync(), 0, (c, row) => c.IsNull(row)), Assert.True);
        Assert.All(TestTable.Values(await Table(SqlType.Int, ("null-rate", "0")).ReadAsync(), 0, (c, row) => c.IsNull(row)), Assert.False);
    }

    [Fact]
    public async Task Collections_have_so_many_elements_with_options_of_their_own()
    {
        foreach (var batch in await Table(SqlType.Array(SqlType.Int), ("length", "4"), ("element.min", "1"), ("element.max", "2")).ReadAsync())
        {
            var arrays = (ArrayColumn)batch.Columns[0];
            for (var row = 0; row < batch.Count; row++)
            {
                Assert.Equal(4, arrays.Length[row]);
                Assert.All(((ValueColumn<int>)arrays.Elements).Values.AsSpan(arrays.Start[row], 4).ToArray(), v => Assert.InRange(v, 1, 2));
            }
        }
    }

    [Fact]
    public async Task Maps_have_no_key_twice()
    {
        var seen = new HashSet<int>();
        foreach (var batch in await Table(SqlType.Map(SqlType.TinyInt, SqlType.String), ("key.min", "1"), ("key.max", "3"), ("value.length", "2")).ReadAsync())
        {
            var maps = (MapColumn)batch.Columns[0];
            for (var row = 0; row < batch.Count; row++)
            {
                var keys = ((ValueColumn<int>)maps.Keys).Values.AsSpan(maps.Start[row], maps.Length[row]).ToArray();
                Assert.Equal(keys.Length, keys.Distinct().Count());
                Assert.All(keys, k => Assert.InRange(k, 1, 3));
                Assert.All(Enumerable.Range(maps.Start[row], keys.Length), i => Assert.Equal(2, ((TextColumn)maps.Values)[i].Length));
                seen.Add(keys.Length);
            }
        }

        Assert.Equal([1, 2, 3], seen.Order());
    }

    [Fact]
    public async Task Multisets_count_their_elements_up_to_ten_and_rows_have_fields_with_options_of_their_own()
    {
        var table = new TestTable("datagen", ("m", SqlType.Multiset(SqlType.Varchar(4))), ("r", SqlType.Row([new("a", SqlType.Int), new("b", SqlType.Row([new("c", SqlType.Char(2))]))])))
        {
            Options = new() { ["number-of-rows"] = "100", ["fields.r.a.min"] = "5", ["fields.r.a.max"] = "5", ["fields.m.length"] = "2" },
            Clock = new LeapingClock(s_now),
        };
        var rows = 0;
        foreach (var batch in await table.ReadAsync())
        {
            var (sets, row) = ((MapColumn)batch.Columns[0], (RowColumn)batch.Columns[1]);
            for (var i = 0; i < batch.Count; i++, rows++)
            {
                Assert.InRange(sets.Length[i], 1, 2);
                Assert.All(((ValueColumn<int>)sets.Values).Values.AsSpan(sets.Start[i], sets.Length[i]).ToArray(), v => Assert.InRange(v, 0, 10));
                Assert.Equal(5, ((ValueColumn<int>)row.Fields[0]).Values[i]);
                Assert.Equal(2, ((TextColumn)((RowColumn)row.Fields[1]).Fields[0])[i].Length);
            }
        }

        Assert.Equal(100, rows);
    }
}
