using Sluice.Engine.Rows;
using Sluice.Sql.Functions.Json;
using Sluice.Sql.Functions.Regexes;
using Sluice.Sql.Functions.Temporal;
using Sluice.Sql.Functions.Text;

namespace Sluice.Tests.Sql.Functions;

/// <summary>What functions keep from row to row, and what a row may cost.</summary>
public class FunctionStatesTests
{
    [Fact]
    public void A_pattern_that_changes_from_row_to_row_is_read_again()
    {
        var (regex, dates, zones, heap) = (new RegexState(), new PatternState(), new ZoneState(), new ByteHeap(100));

        Assert.True(RegexFunctions.IsMatch(Utf8.Of("abc"), Utf8.Of("b"), regex));
        Assert.False(RegexFunctions.IsMatch(Utf8.Of("abc"), Utf8.Of("x"), regex));
        Assert.Equal("1970", FormatFunctions.Format(default, Utf8.Of("yyyy"), dates, heap).ToString());
        Assert.Equal("01", FormatFunctions.Format(default, Utf8.Of("MM"), dates, heap).ToString());
        Assert.Equal(TimeSpan.FromHours(8), zones.Find(Utf8.Of("GMT+8")).BaseUtcOffset);
        Assert.Equal(TimeSpan.FromHours(-5), zones.Find(Utf8.Of("EST")).BaseUtcOffset);
    }

    [Fact]
    public void A_path_that_changes_from_row_to_row_is_read_again()
    {
        var (call, heap) = (new JsonCall(), new ByteHeap(100));

        Assert.Equal("1", JsonSearch.Text(Utf8.Of("""{"a":1,"b":2}"""), Utf8.Of("$.a"), call, heap).Value.ToString());
        Assert.Equal("2", JsonSearch.Text(Utf8.Of("""{"a":1,"b":2}"""), Utf8.Of("$.b"), call, heap).Value.ToString());
    }

    [Fact]
    public void Simple_functions_allocate_nothing_for_a_row()
    {
        var (text, search, heap) = (Utf8.Of("Hällo World, this is a text"), Utf8.Of("is"), new ByteHeap(1 << 16));
        var (json, path, call) = (Utf8.Of("""{"user":{"name":"Ann","tags":["x","y"]}}"""), Utf8.Of("$.user.tags[1]"), new JsonCall());
        var (pattern, regex) = (Utf8.Of("[a-z]+$"), new RegexState());
        var (format, dates) = (Utf8.Of("yyyy-MM-dd HH:mm:ss.SSS"), new PatternState());
        long Round()
        {
            heap.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            CaseFunctions.Upper(text, heap);
            SubstringFunctions.FromFor(text, 3, 5);
            SubstringFunctions.Replace(text, search, text, heap);
            TrimFunctions.TrimBlanks(text);
            PadFunctions.PadLeft(text, 40, search, heap);
            SearchFunctions.Position(search, text);
            SplitFunctions.SplitIndex(text, search, 1);
            UrlFunctions.Encode(text, heap);
            HashFunctions.Md5(text, heap);
            JsonSearch.Text(json, path, call, heap);
            RegexFunctions.Substr(text, pattern, regex, heap);
            FormatFunctions.Format(new Timestamp(1_772_317_815_250), format, dates, heap);
            ParseFunctions.ToTimestampBy(Utf8.Empty, format, dates);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, Enumerable.Range(0, 20).Select(_ => Round()).ToList().Min());
    }
}
