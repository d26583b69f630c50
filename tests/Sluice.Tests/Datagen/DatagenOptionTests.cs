using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Datagen;

public sealed class DatagenOptionTests
{
    public static TheoryData<SqlType, string, string> Wrong => new()
    {
        { SqlType.Int, "rows-per-second=0", "'rows-per-second' is \"0\"; allowed: integer from 1" },
        { SqlType.Int, "number-of-rows=-1", "'number-of-rows' is \"-1\"; allowed: integer from 0" },
        { SqlType.Int, "fields.c.kind=walk", "'fields.c.kind' is \"walk\"; allowed: one of random, sequence" },
        { SqlType.Int, "fields.d.kind=random", "datagen has no option 'fields.d.kind'; did you mean 'fields.c.kind'?" },
        { SqlType.Int, "rows-per-seconds=1", "did you mean 'rows-per-second'?" },
        { SqlType.String, "fields.c.min=1", "datagen has no option 'fields.c.min'" },
        { SqlType.Int, "fields.c.min=5;fields.c.max=4", "'fields.c.min' is 5, which is more than 'fields.c.max', 4" },
        { SqlType.TinyInt, "fields.c.max=128", "'fields.c.max' is \"128\"; allowed: integer from -128 to 127" },
        { SqlType.Double, "fields.c.max=x", "'fields.c.max' is \"x\"; allowed: number" },
        { SqlType.Decimal(4, 1), "fields.c.max=1.25", "'fields.c.max' is \"1.25\"; allowed: a number with at most 1 digits after the point, as DECIMAL(4, 1) has" },
        { SqlType.Decimal(4, 1), "fields.c.max=-1", "'fields.c.min' is more than 'fields.c.max'" },
        { SqlType.Decimal(4, 1), "fields.c.min=1e3", "allowed: a number" },
        { SqlType.Varchar(5), "fields.c.length=6", "'fields.c.length' is 6, and c is VARCHAR(5); give at most 5" },
        { SqlType.Char(5), "fields.c.length=5", "'fields.c.length' cannot be given: c is CHAR(5), which says its length" },
        { SqlType.Int, "fields.c.null-rate=2", "'fields.c.null-rate' is \"2\"; allowed: number from 0 to 1" },
        { SqlType.Int.NotNull(), "fields.c.null-rate=0.5", "'fields.c.null-rate' asks for nulls, and c is INT NOT NULL" },
        { SqlType.Timestamp(3), "fields.c.max-past=soon", "allowed: duration such as" },
        { SqlType.Int, "fields.c.kind=sequence;fields.c.start=1", "'fields.c.end' is missing" },
        { SqlType.Int, "fields.c.kind=sequence;fields.c.start=2;fields.c.end=1", "'fields.c.start' is 2, which is more than 'fields.c.end', 1" },
        { SqlType.TinyInt, "fields.c.kind=sequence;fields.c.start=1;fields.c.end=200", "'fields.c.end' is 200; the type of the column takes -128 to 127" },
        { SqlType.Varchar(2), "fields.c.kind=sequence;fields.c.start=1;fields.c.end=100", "the type of the column takes -9 to 99" },
        { SqlType.Decimal(4, 2), "fields.c.kind=sequence;fields.c.start=1;fields.c.end=100", "the type of the column takes -99 to 99" },
        { SqlType.Binary(4), "fields.c.kind=sequence;fields.c.start=1;fields.c.end=2", "c is BINARY(4), and a sequence gives 8 bytes" },
        { SqlType.Boolean, "fields.c.kind=sequence;fields.c.start=1;fields.c.end=2", "c is BOOLEAN, which has no sequence" },
        { SqlType.Map(SqlType.Int, SqlType.Int), "fields.c.length=1001", "a map or multiset has at most 1000 entries here" },
        { SqlType.Map(SqlType.Array(SqlType.Int), SqlType.Int), "", "datagen makes keys of scalar types only" },
        { SqlType.Array(SqlType.Array(SqlType.String)), "fields.c.length=10000;fields.c.element.length=10000", "a row of t would take up to 10000000000 bytes" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_option_is_refused_with_its_name_and_what_is_allowed(SqlType type, string options, string message)
    {
        var table = new TestTable("datagen", ("c", type)) { Options = options.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Split('=')).ToDictionary(o => o[0], o => o[1]) };
        Assert.Contains(message, table.Refusal());
    }

    [Fact]
    public void A_metadata_column_is_refused() =>
        Assert.Contains("datagen has no metadata column 'timestamp'", new TestTable("datagen", ("c", SqlType.Int)) { Metadata = new() { ["c"] = "timestamp" } }.Refusal());

    [Fact]
    public async Task A_table_none_of_whose_columns_are_read_still_has_rows()
    {
        var table = new TestTable("datagen") { Options = new() { ["number-of-rows"] = "10" } };
        Assert.Equal(10, (await table.ReadAsync()).Sum(b => b.Count));
    }

    [Fact]
    public async Task Wide_rows_make_smaller_batches()
    {
        var table = new TestTable("datagen", ("c", SqlType.String)) { Options = new() { ["number-of-rows"] = "50", ["fields.c.length"] = "100000", ["rows-per-second"] = "1000000000" } };
        var batches = await table.ReadAsync();
        Assert.All(batches, b => Assert.InRange(b.Count, 0, BatchSize.MaxBytes / 100_000));
        Assert.Equal(50 * 100_000, batches.Sum(b => b.ValueBytes));
    }

    [Fact]
    public async Task Filling_allocates_nothing_per_row()
    {
        var table = new TestTable(
            "datagen", ("a", SqlType.BigInt), ("b", SqlType.Int), ("c", SqlType.Varchar(20)), ("d", SqlType.Double), ("e", SqlType.Decimal(10, 2)), ("f", SqlType.Timestamp(3)),
            ("g", SqlType.Boolean), ("h", SqlType.Array(SqlType.Int)), ("i", SqlType.Map(SqlType.Varchar(3), SqlType.Int)), ("j", SqlType.Row([new("x", SqlType.Float)])), ("k", SqlType.String))
        {
            Options = new() { ["rows-per-second"] = "1000000000000", ["fields.c.null-rate"] = "0.1", ["fields.c.var-len"] = "true", ["fields.k.kind"] = "sequence", ["fields.k.start"] = "0", ["fields.k.end"] = "10000000" },
        };
        var source = table.Source();
        var plan = await source.PrepareAsync(1, TestContext.Current.CancellationToken);
        await using var reader = source.Open(plan.Splits[0], ReaderContext.Of(new RowBatchPool(plan.Schema, BatchSize.Of(1000))));
        async Task<long> OnceAsync()
        {
            // Where the reader had to wait, the test goes on on another thread, whose count is another one.
            var thread = Environment.CurrentManagedThreadId;
            var before = GC.GetAllocatedBytesForCurrentThread();
            using var batch = await reader.ReadAsync(TestContext.Current.CancellationToken);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            return batch!.Count == 1000 && thread == Environment.CurrentManagedThreadId ? allocated : long.MaxValue;
        }

        var least = long.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            least = Math.Min(least, await OnceAsync());
        }

        // The task of the test's own method, no more.
        Assert.InRange(least, 0, 999);
    }
}
