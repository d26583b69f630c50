using System.Globalization;
using System.Text;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Types;

/// <summary>CAST(x AS STRING) as Flink gives it.</summary>
public sealed class TextFormTests
{
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(-12.5, "-12.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(0.001, "0.001")]
    [InlineData(0.00099, "9.9E-4")]
    [InlineData(100.0, "100.0")]
    [InlineData(123456.789, "123456.789")]
    [InlineData(9999999.0, "9999999.0")]
    [InlineData(9999999.5, "9999999.5")]
    [InlineData(1e7, "1.0E7")]
    [InlineData(-1e7, "-1.0E7")]
    [InlineData(12345678.9, "1.23456789E7")]
    [InlineData(1e10, "1.0E10")]
    [InlineData(1.5e-7, "1.5E-7")]
    [InlineData(1e100, "1.0E100")]
    [InlineData(double.MaxValue, "1.7976931348623157E308")]
    [InlineData(double.Epsilon, "4.9E-324")]
    [InlineData(2.2250738585072014E-308, "2.2250738585072014E-308")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void A_double_reads_as_Java_prints_it(double value, string text) => Assert.Equal(text, Appended(h => TextForm.AppendDouble(value, h)));

    [Fact]
    public void Random_numbers_survive_their_texts()
    {
        var random = new Random(4);
        for (var i = 0; i < 30_000; i++)
        {
            var wide = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            var near = Math.Round((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(12)), random.Next(8));
            var single = BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue));
            AssertSurvives(wide, Appended(h => TextForm.AppendDouble(wide, h)));
            AssertSurvives(near, Appended(h => TextForm.AppendDouble(near, h)));
            Assert.True(TextParser.TryParseFloat(Encoding.UTF8.GetBytes(Appended(h => TextForm.AppendFloat(single, h))), out var parsed));
            Assert.Equal(single, parsed);
        }
    }

    private static void AssertSurvives(double value, string text)
    {
        Assert.Matches(@"^(NaN|-?Infinity|-?[0-9]\.[0-9]+E-?[0-9]+|-?[0-9]{1,7}\.[0-9]+)$", text);
        Assert.True(TextParser.TryParseDouble(Encoding.UTF8.GetBytes(text), out var parsed));
        Assert.Equal(value, parsed);
    }

    [Theory]
    [InlineData(0f, "0.0")]
    [InlineData(0.1f, "0.1")]
    [InlineData(3.4028235e38f, "3.4028235E38")]
    [InlineData(1.4e-45f, "1.4E-45")]
    [InlineData(16777216f, "1.6777216E7")]
    [InlineData(1234.5f, "1234.5")]
    [InlineData(1e-3f, "0.001")]
    [InlineData(1e-4f, "1.0E-4")]
    [InlineData(float.NaN, "NaN")]
    public void A_float_reads_as_Java_prints_it(float value, string text) => Assert.Equal(text, Appended(h => TextForm.AppendFloat(value, h)));

    [Theory]
    [InlineData("1250", 2, "12.50")]
    [InlineData("-7", 2, "-0.07")]
    [InlineData("0", 3, "0.000")]
    [InlineData("5", 0, "5")]
    [InlineData("-100", 2, "-1.00")]
    [InlineData("99999999999999999999999999999999999999", 0, "99999999999999999999999999999999999999")]
    [InlineData("-99999999999999999999999999999999999999", 38, "-0.99999999999999999999999999999999999999")]
    [InlineData("1", 38, "0.00000000000000000000000000000000000001")]
    public void A_decimal_has_all_digits_of_its_scale(string unscaled, int scale, string text) =>
        Assert.Equal(text, Appended(h => TextForm.AppendDecimal(new SqlDecimal(Int128.Parse(unscaled, CultureInfo.InvariantCulture), scale), h)));

    [Theory]
    [InlineData(0, "1970-01-01")]
    [InlineData(-1, "1969-12-31")]
    [InlineData(59, "1970-03-01")]
    [InlineData(11016, "2000-02-29")]
    [InlineData(-719528, "0000-01-01")]
    [InlineData(2932896, "9999-12-31")]
    public void A_date_is_year_month_and_day(int days, string text) => Assert.Equal(text, Appended(h => TextForm.AppendDate(days, h)));

    [Theory]
    [InlineData(0, 0, "00:00:00")]
    [InlineData(86399999, 0, "23:59:59")]
    [InlineData(86399999, 3, "23:59:59.999")]
    [InlineData(3723120, 3, "01:02:03.12")]
    [InlineData(3723000, 3, "01:02:03.0")]
    public void A_time_drops_the_trailing_zeros_of_its_fraction(int millis, int precision, string text) =>
        Assert.Equal(text, Appended(h => TextForm.AppendTime(millis, precision, h)));

    [Theory]
    [InlineData(0, 0, 0, "1970-01-01 00:00:00")]
    [InlineData(0, 0, 3, "1970-01-01 00:00:00.000")]
    [InlineData(1600000000123, 456000, 6, "2020-09-13 12:26:40.123456")]
    [InlineData(1600000000100, 0, 6, "2020-09-13 12:26:40.100000")]
    [InlineData(1600000000123, 456789, 9, "2020-09-13 12:26:40.123456789")]
    [InlineData(-1, 0, 3, "1969-12-31 23:59:59.999")]
    public void A_timestamp_has_exactly_the_digits_of_its_precision(long millis, int nanos, int precision, string text) =>
        Assert.Equal(text, Appended(h => TextForm.AppendTimestamp(new Timestamp(millis, nanos), precision, h)));

    [Theory]
    [InlineData("UTC", "2021-03-28 01:30:00")]
    [InlineData("Europe/Berlin", "2021-03-28 03:30:00")]
    [InlineData("America/New_York", "2021-03-27 21:30:00")]
    public void A_moment_is_shown_in_the_session_zone(string zone, string text) =>
        Assert.Equal(text, Appended(h => TextForm.AppendTimestampLtz(new Timestamp(1616895000000), 0, TimeZoneInfo.FindSystemTimeZoneById(zone), h)));

    [Theory]
    [InlineData(14, "+1-02")]
    [InlineData(-14, "-1-02")]
    [InlineData(0, "+0-00")]
    [InlineData(int.MinValue, "-178956970-08")]
    public void Months_are_shown_as_years_and_months(int months, string text) => Assert.Equal(text, Appended(h => TextForm.AppendIntervalYearMonth(months, h)));

    [Theory]
    [InlineData(93784000, "+1 02:03:04.000")]
    [InlineData(-93784005, "-1 02:03:04.005")]
    [InlineData(0, "+0 00:00:00.000")]
    public void A_span_of_time_is_shown_as_days_and_time(long millis, string text) => Assert.Equal(text, Appended(h => TextForm.AppendIntervalDayTime(millis, h)));

    [Theory]
    [InlineData(true, "TRUE")]
    [InlineData(false, "FALSE")]
    public void A_boolean_is_in_upper_case(bool value, string text) => Assert.Equal(text, Appended(h => TextForm.AppendBoolean(value, h)));

    [Fact]
    public void Nested_values_show_NULL_and_their_brackets()
    {
        var type = SqlType.Row([
            new RowField("a", SqlType.Array(SqlType.Int)),
            new RowField("m", SqlType.Map(SqlType.String, SqlType.Boolean)),
            new RowField("s", SqlType.String),
            new RowField("n", SqlType.Double)]);
        var heap = new ByteHeap(64);
        var row = (RowColumn)Column.Create(type, heap, 1);
        row.Set(0);
        var array = (ArrayColumn)row.Fields[0];
        array.Begin(0);
        ((ValueColumn<int>)array.Elements).Set(array.Add(0), 1);
        array.Elements.SetNull(array.Add(0));
        var map = (MapColumn)row.Fields[1];
        map.Begin(0);
        var entry = map.Add(0);
        ((TextColumn)map.Keys).Set(entry, "k"u8);
        ((ValueColumn<bool>)map.Values).Set(entry, true);
        entry = map.Add(0);
        ((TextColumn)map.Keys).Set(entry, "l"u8);
        map.Values.SetNull(entry);
        ((TextColumn)row.Fields[2]).Set(0, "a, b"u8);
        row.Fields[3].SetNull(0);

        Assert.Equal("([1, NULL], {k=TRUE, l=NULL}, a, b, NULL)", TextForm.Of(row, 0, type));
        row.SetNull(0);
        Assert.Null(TextForm.Of(row, 0, type));
    }

    [Fact]
    public void The_appender_of_a_type_gives_the_same_text_as_the_general_one()
    {
        var heap = new ByteHeap(64);
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        (SqlType Type, Action<Column> Set)[] values =
        [
            (SqlType.Boolean, c => ((ValueColumn<bool>)c).Set(0, true)),
            (SqlType.TinyInt, c => ((ValueColumn<int>)c).Set(0, -5)),
            (SqlType.BigInt, c => ((ValueColumn<long>)c).Set(0, long.MinValue)),
            (SqlType.Float, c => ((ValueColumn<float>)c).Set(0, 1.5f)),
            (SqlType.Double, c => ((ValueColumn<double>)c).Set(0, 1e20)),
            (SqlType.Decimal(5, 2), c => ((ValueColumn<SqlDecimal>)c).Set(0, new SqlDecimal(123, 2))),
            (SqlType.Date, c => ((ValueColumn<int>)c).Set(0, 18000)),
            (SqlType.Time(3), c => ((ValueColumn<int>)c).Set(0, 1001)),
            (SqlType.Timestamp(3), c => ((ValueColumn<Timestamp>)c).Set(0, new Timestamp(5))),
            (SqlType.TimestampLtz(3), c => ((ValueColumn<Timestamp>)c).Set(0, new Timestamp(5))),
            (SqlType.IntervalYearMonth, c => ((ValueColumn<int>)c).Set(0, 13)),
            (SqlType.IntervalDayTime, c => ((ValueColumn<long>)c).Set(0, 1)),
            (SqlType.String, c => ((TextColumn)c).Set(0, "äb"u8)),
        ];
        foreach (var (type, set) in values)
        {
            var column = Column.Create(type, heap, 1);
            set(column);
            Assert.Equal(TextForm.Of(column, 0, type, zone), Appended(h => TextForm.Appender(type, zone)(column, 0, h)));
        }
    }

    private static string Appended(Action<ByteHeap> append)
    {
        var heap = new ByteHeap(1);
        append(heap);
        return Encoding.UTF8.GetString(heap.Bytes.AsSpan(0, heap.Used));
    }
}
