using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Types;

/// <summary>CAST(text AS type) as Flink reads it; null stands for a text that is no value of the type.</summary>
public sealed class TextParserTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData(" TRUE ", true)]
    [InlineData("t", true)]
    [InlineData("1", true)]
    [InlineData("yes", true)]
    [InlineData("y", true)]
    [InlineData("False", false)]
    [InlineData("f", false)]
    [InlineData("0", false)]
    [InlineData("no", false)]
    [InlineData("n", false)]
    [InlineData("", null)]
    [InlineData("2", null)]
    [InlineData("tru", null)]
    public void Booleans(string text, bool? expected) => Assert.Equal(expected, TextParser.TryParseBoolean(Bytes(text), out var value) ? value : null);

    [Theory]
    [InlineData("0", 0L)]
    [InlineData(" 12 ", 12L)]
    [InlineData("+12", 12L)]
    [InlineData("-12", -12L)]
    [InlineData("12.9", 12L)]
    [InlineData("-12.9", -12L)]
    [InlineData("12.", 12L)]
    [InlineData("007", 7L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("-9223372036854775809", null)]
    [InlineData("99999999999999999999999", null)]
    [InlineData("", null)]
    [InlineData("-", null)]
    [InlineData("1e3", null)]
    [InlineData("12.x", null)]
    [InlineData("1 2", null)]
    public void Big_integers(string text, long? expected) => Assert.Equal(expected, TextParser.TryParseBigInt(Bytes(text), out var value) ? value : null);

    [Theory]
    [InlineData("127", 127, 127, 127)]
    [InlineData("128", null, 128, 128)]
    [InlineData("-129", null, -129, -129)]
    [InlineData("32768", null, null, 32768)]
    [InlineData("2147483647", null, null, int.MaxValue)]
    [InlineData("2147483648", null, null, null)]
    public void Smaller_integers_keep_to_their_range(string text, int? tiny, int? small, int? whole)
    {
        Assert.Equal(tiny, TextParser.TryParseTinyInt(Bytes(text), out var a) ? a : null);
        Assert.Equal(small, TextParser.TryParseSmallInt(Bytes(text), out var b) ? b : null);
        Assert.Equal(whole, TextParser.TryParseInt(Bytes(text), out var c) ? c : null);
    }

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("+5", 5L)]
    [InlineData("12.0", null)]
    [InlineData("", null)]
    [InlineData("99999999999999999999999", null)]
    public void Whole_numbers_have_no_fraction(string text, long? expected) => Assert.Equal(expected, TextParser.TryParseWhole(Bytes(text), out var value) ? value : null);

    [Theory]
    [InlineData("1.5", 1.5)]
    [InlineData(" -1.5e3 ", -1500.0)]
    [InlineData("+.5", 0.5)]
    [InlineData("1.", 1.0)]
    [InlineData("1.5d", 1.5)]
    [InlineData("NaN", double.NaN)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    [InlineData("1e999", double.PositiveInfinity)]
    [InlineData("0", 0.0)]
    [InlineData("", null)]
    [InlineData("nan", null)]
    [InlineData("1,5", null)]
    [InlineData("0x10", null)]
    [InlineData("d", null)]
    public void Doubles(string text, double? expected)
    {
        Assert.Equal(expected, TextParser.TryParseDouble(Bytes(text), out var value) ? value : default(double?));
        Assert.Equal((float?)expected, TextParser.TryParseFloat(Bytes(text), out var single) ? single : default(float?));
    }

    [Theory]
    [InlineData("12.345", 10, 2, "12.35")]
    [InlineData("12.344", 10, 2, "12.34")]
    [InlineData("-12.345", 10, 2, "-12.35")]
    [InlineData("0.005", 3, 2, "0.01")]
    [InlineData("0.004", 3, 2, "0.00")]
    [InlineData(" 1e3 ", 10, 0, "1000")]
    [InlineData("1.5E-1", 10, 3, "0.150")]
    [InlineData("+7", 5, 1, "7.0")]
    [InlineData("1e-50", 10, 2, "0.00")]
    [InlineData("99.995", 4, 2, "overflow")]
    [InlineData("100", 2, 0, "overflow")]
    [InlineData("1e50", 38, 0, "overflow")]
    [InlineData("0e99999999999", 5, 2, "0.00")]
    [InlineData("99999999999999999999999999999999999999", 38, 0, "99999999999999999999999999999999999999")]
    [InlineData("99999999999999999999999999999999999999.5", 38, 0, "overflow")]
    [InlineData("0.00000000000000000000000000000000000001", 38, 38, "0.00000000000000000000000000000000000001")]
    [InlineData("", 5, 2, null)]
    [InlineData(".", 5, 2, null)]
    [InlineData("1.2.3", 5, 2, null)]
    [InlineData("1e", 5, 2, null)]
    [InlineData("NaN", 5, 2, null)]
    public void Decimals_are_rounded_half_up(string text, int precision, int scale, string? expected)
    {
        var parsed = TextParser.TryParseDecimal(Bytes(text), precision, scale, out var value, out var overflows);
        Assert.Equal(expected, parsed ? Text(value) : overflows ? "overflow" : null);
    }

    [Fact]
    public void Random_decimals_are_rounded_as_the_platform_rounds_them()
    {
        var random = new Random(4);
        for (var i = 0; i < 30_000; i++)
        {
            var number = new decimal(random.Next(int.MinValue, int.MaxValue), random.Next(int.MinValue, int.MaxValue), 0, random.Next(2) == 0, (byte)random.Next(15));
            var scale = random.Next(10);
            var expected = Math.Round(number, scale, MidpointRounding.AwayFromZero);
            var text = random.Next(2) == 0
                ? number.ToString(System.Globalization.CultureInfo.InvariantCulture)
                : (number * 1000).ToString(System.Globalization.CultureInfo.InvariantCulture) + "e-3";
            Assert.True(TextParser.TryParseDecimal(Bytes(text), 38, scale, out var value));
            Assert.Equal(expected, decimal.Parse(Text(value), System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(scale, value.Scale);
        }
    }

    [Fact]
    public void An_exponent_may_undo_any_number_of_digits() =>
        Assert.True(TextParser.TryParseDecimal(Bytes("1" + new string('0', 200_000) + "e-200000"), 5, 2, out var value) && value == new SqlDecimal(100, 2));

    [Theory]
    [InlineData("2020-02-29", "2020-02-29")]
    [InlineData(" 2020-2-9 ", "2020-02-09")]
    [InlineData("2020-02", "2020-02-01")]
    [InlineData("2020", "2020-01-01")]
    [InlineData("2020-02-03 04:05:06.7", "2020-02-03")]
    [InlineData("0001-01-01", "0001-01-01")]
    [InlineData("2021-02-29", null)]
    [InlineData("2020-13-01", null)]
    [InlineData("2020-00-01", null)]
    [InlineData("10000-01-01", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    public void Dates(string text, string? expected) => Assert.Equal(expected, TextParser.TryParseDate(Bytes(text), out var days) ? Shown(h => TextForm.AppendDate(days, h)) : null);

    [Theory]
    [InlineData("01:02:03", 3, 3723000)]
    [InlineData("1:2:3", 3, 3723000)]
    [InlineData("01:02", 3, 3720000)]
    [InlineData("01", 3, 3600000)]
    [InlineData("01:02:03.4567", 3, 3723457)]
    [InlineData("01:02:03.456", 1, 3723400)]
    [InlineData("01:02:03.999", 0, 3723000)]
    [InlineData("24:00:00", 3, null)]
    [InlineData("01:60:00", 3, null)]
    [InlineData("01:02:", 3, null)]
    [InlineData("", 3, null)]
    public void Times(string text, int precision, int? expected) => Assert.Equal(expected, TextParser.TryParseTime(Bytes(text), precision, out var millis) ? millis : null);

    [Theory]
    [InlineData("2020-09-13 12:26:40", 3, "2020-09-13 12:26:40.000")]
    [InlineData("2020-09-13T12:26:40.1", 3, null)]
    [InlineData(" 2020-9-3 1:2:3.123456789 ", 9, "2020-09-03 01:02:03.123456789")]
    [InlineData("2020-09-13 12:26:40.123456789", 6, "2020-09-13 12:26:40.123456")]
    [InlineData("2020-09-13 12:26:40.987", 0, "2020-09-13 12:26:40")]
    [InlineData("1969-12-31 23:59:59.987", 1, "1969-12-31 23:59:59.9")]
    [InlineData("2020-09-13", 0, "2020-09-13 00:00:00")]
    [InlineData("2021-02-30", 0, "2021-02-28 00:00:00")]
    [InlineData("2020-09-13 12:26", 0, null)]
    [InlineData("2020-09-13 25:00:00", 0, null)]
    [InlineData("2020-09-13 12:26:40.1234567890", 9, null)]
    [InlineData("2020-09", 0, null)]
    [InlineData("20-09-13", 0, null)]
    [InlineData("2020-09-32", 0, null)]
    [InlineData("", 0, null)]
    public void Timestamps(string text, int precision, string? expected) => Assert.Equal(expected,
        TextParser.TryParseTimestamp(Bytes(text), precision, out var value) ? Shown(h => TextForm.AppendTimestamp(value, precision, h)) : null);

    [Theory]
    [InlineData("2021-01-01 12:00:00", "2021-01-01 11:00:00")]
    [InlineData("2021-07-01 12:00:00", "2021-07-01 10:00:00")]
    [InlineData("2021-03-28 02:30:00", "2021-03-28 01:30:00")]
    [InlineData("2021-10-31 02:30:00", "2021-10-31 00:30:00")]
    [InlineData("2021-10-31 03:00:00", "2021-10-31 02:00:00")]
    public void Moments_are_read_in_the_session_zone(string text, string utc)
    {
        Assert.True(TextParser.TryParseTimestampLtz(Bytes(text), 0, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), out var value));
        Assert.Equal(utc, Shown(h => TextForm.AppendTimestamp(value, 0, h)));
    }

    [Fact]
    public void A_moment_with_a_zone_is_none() =>
        Assert.False(TextParser.TryParseTimestampLtz(Bytes("2021-07-01 12:00:00Z"), 0, TimeZoneInfo.Utc, out _));

    [Fact]
    public void Every_day_of_eight_hundred_years_survives_its_text()
    {
        for (var days = Calendar.DaysOf(1600, 1, 1); days < Calendar.DaysOf(2400, 1, 1); days++)
        {
            var date = DateOnly.FromDayNumber(days + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber);
            Assert.Equal((date.Year, date.Month, date.Day), Calendar.DateOf(days));
            Assert.Equal(days, Calendar.DaysOf(date.Year, date.Month, date.Day));
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(SqlDecimal value) => Shown(h => TextForm.AppendDecimal(value, h));

    private static string Shown(Action<ByteHeap> append)
    {
        var heap = new ByteHeap(64);
        append(heap);
        return Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used));
    }
}
