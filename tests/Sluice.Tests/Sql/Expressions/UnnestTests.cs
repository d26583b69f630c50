using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions;

namespace Sluice.Tests.Sql.Expressions;

/// <summary>Collections turned into rows.</summary>
public sealed class UnnestTests
{
    [Theory]
    [InlineData("ARRAY[i, n, 9]", false, false, "7|NULL|9")]
    [InlineData("a", false, true, "1 1|NULL 2|3 3")]
    [InlineData("ARRAY['x', s]", false, false, "x|Hällo")]
    [InlineData("MAP['a', 1, 'b', n]", false, false, "a 1|b NULL")]
    [InlineData("ARRAY[ROW(1, 'x'), ROW(2, 'y')]", false, true, "1 x 1|2 y 2")]
    [InlineData("na", false, false, "")]
    [InlineData("na", true, false, "NULL")]
    [InlineData("na", true, true, "NULL NULL")]
    [InlineData("CAST(a AS ARRAY<STRING>)", false, false, "1|NULL|3")]
    public void Each_element_becomes_a_row(string collection, bool keepEmpty, bool withOrdinality, string expected)
    {
        var evaluation = new Evaluation();
        var bound = evaluation.Must(collection);
        var types = Unnest.ElementColumns(bound.Type, keepEmpty, withOrdinality);
        var unnest = new Unnest(Evaluation.Schema, bound, [.. types.Select((_, i) => $"e{i}")], keepEmpty, withOrdinality, Evaluation.Session);
        using var output = Evaluation.Run(unnest, evaluation.Rows(nulls: false));
        var from = Evaluation.Schema.Count;
        Assert.Equal(expected, string.Join('|', Enumerable.Range(0, output.Count).Select(row =>
            string.Join(' ', Enumerable.Range(from, output.Schema.Count - from).Select(i => TextForm.Of(output.Columns[i], row, output.Schema[i].Sql) ?? "NULL")))));

        // The columns of the input stand beside each element.
        Assert.All(Enumerable.Range(0, output.Count), row => Assert.Equal("Hällo", ((TextColumn)output.Columns[8]).At(row).ToString()));
    }

    [Fact]
    public async Task The_clock_of_a_collection_goes_on_from_batch_to_batch()
    {
        var clock = new SteppingClock();
        var evaluation = new Evaluation();
        var bound = evaluation.Must("ARRAY[CURRENT_TIMESTAMP]");
        var unnest = new Unnest(Evaluation.Schema, bound, ["e"], false, false, Evaluation.Session with { Clock = clock });
        var sink = new Moments();
        var writer = unnest.Open(null!, sink);
        foreach (var second in new[] { 5, 6 })
        {
            clock.Now = DateTimeOffset.UnixEpoch.AddSeconds(second);
            await writer.WriteAsync(evaluation.Rows(nulls: false), TestContext.Current.CancellationToken);
        }

        Assert.Equal([5000, 6000], sink.Seen);
    }

    private sealed class SteppingClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>Keeps the milliseconds of the last column's first row.</summary>
    private sealed class Moments : ISinkWriter
    {
        public List<long> Seen { get; } = [];

        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            using (rows)
            {
                Seen.Add(((ValueColumn<Timestamp>)rows.Columns[^1]).Values[0].Millis);
            }

            return default;
        }

        public ValueTask FlushAsync(CancellationToken stop) => default;

        public ValueTask DisposeAsync() => default;
    }
}
