using System.Globalization;
using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;

namespace Sluice.Tests.Sql.Expressions;

/// <summary>Projection and filter over batches.</summary>
public sealed class CalcTests
{
    private const int Rows = 1000;

    private static readonly Schema s_schema = new([new Field("id", SqlType.BigInt), new Field("name", SqlType.String), new Field("price", SqlType.Decimal(10, 2)), new Field("n", SqlType.Int)]);

    private static readonly Scope s_scope = new([.. s_schema.Fields.Select((f, i) => new ScopeColumn(null, f.Name, f.Sql!, i))]);

    private readonly RowBatchPool _pool = new(s_schema, BatchSize.Of(Rows));

    [Fact]
    public void A_filter_keeps_rows_with_their_kinds_and_origins_and_copies_no_text()
    {
        using var output = Compute(Make(["id", "name"], "n IS NOT NULL AND MOD(id, 2) = 1"), Batch(10, kinds: true));
        // Every third n is null: of 1, 3, 5, 7, 9 the rows 3 and 9 go.
        Assert.Equal(["1 name1", "5 name5", "7 name7"], Lines(output));
        Assert.Equal([RowKind.UpdateAfter, RowKind.UpdateAfter, RowKind.UpdateAfter], output.Kinds[..3]);
        Assert.Equal("row 5", output.DescribeOrigin(1));
        Assert.Equal(0, output.Heap.Used);
    }

    [Fact]
    public void Columns_without_a_filter_are_passed_by_reference()
    {
        var input = Batch(10);
        using var output = Compute(Make(["name", "id + 1", "name"], null), input);
        Assert.Same(input.Columns[1], output.Columns[0]);
        Assert.Same(input.Columns[1], output.Columns[2]);
        Assert.Equal("name0 1 name0", Lines(output)[0]);
    }

    [Fact]
    public void Positions_pass_where_no_row_does_and_batches_go_back_to_their_pools()
    {
        var calc = Make(["id", "UPPER(name)"], "id < 0");
        for (var i = 0; i < 3; i++)
        {
            var input = Batch(10);
            input.Ends.Add(new SplitPosition(Split.None, default));
            var output = Compute(calc, input);
            Assert.Equal(0, output.Count);
            Assert.Single(output.Ends);
            output.Dispose();
            var again = _pool.Rent();
            Assert.Same(input, again);
            again.Dispose();
        }
    }

    [Fact]
    public void A_failing_row_is_named_by_its_origin()
    {
        var failure = Assert.Throws<DataException>(() => Compute(Make(["100 / (id - 5)"], "id > 2"), Batch(10)));
        Assert.Equal("row 5: division by zero", failure.Message);
        failure = Assert.Throws<DataException>(() => Compute(Make(["id"], "100 / (id - 7) > 0"), Batch(10)));
        Assert.Equal("row 7: division by zero", failure.Message);
    }

    [Fact]
    public void Nulls_of_one_row_do_not_touch_the_next()
    {
        using var output = Compute(Make(["n + 1", "CAST(n AS STRING) || name", "CASE WHEN n > 3 THEN n END", "price * n", "ARRAY[n, 1]"], null), Batch(5));
        Assert.Equal(
            ["NULL NULL NULL NULL [NULL, 1]", "2 1name1 NULL 1.01 [1, 1]", "3 2name2 NULL 4.04 [2, 1]", "NULL NULL NULL NULL [NULL, 1]", "5 4name4 4 16.16 [4, 1]"],
            Lines(output));
    }

    [Fact]
    public void A_filter_and_five_expressions_allocate_nothing_in_the_steady_state()
    {
        var calc = Make(
            ["id", "UPPER(name) || '-' || CAST(id AS STRING)", "price * 2 + 1", "CASE WHEN n > 5 THEN 'big' ELSE 'small' END", "name LIKE 'name1%'", "COALESCE(n, 0) + id"],
            "id <> 3 AND name <> 'name4'");
        var writer = (CalcWriter)calc.Open(null!, new Blackhole());
        long Once()
        {
            var input = Batch(Rows);
            var before = GC.GetAllocatedBytesForCurrentThread();
            writer.Compute(input).Dispose();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        var allocated = Enumerable.Range(0, 20).Min(_ => Once());
        Assert.Equal(0, allocated);
    }

    private static RowBatch Compute(Calc calc, RowBatch rows) => Evaluation.Run(calc, rows);

    private static Calc Make(string[] expressions, string? filter)
    {
        var errors = new ErrorList();
        var binder = new ExpressionBinder(Evaluation.Session, errors);
        var outputs = expressions.Select((e, i) => ($"c{i}", binder.Bind(Evaluation.Parse(e), s_scope)!)).ToList();
        var condition = filter is null ? null : binder.BindCondition(Evaluation.Parse(filter), s_scope);
        Assert.Empty(errors.Errors);
        return new Calc(s_schema, outputs, condition, Evaluation.Session);
    }

    private RowBatch Batch(int rows, bool kinds = false)
    {
        var batch = _pool.Rent();
        batch.Count = rows;
        batch.Origins = new Numbered();
        for (var row = 0; row < rows; row++)
        {
            ((ValueColumn<long>)batch.Columns[0]).Set(row, row);
            ((TextColumn)batch.Columns[1]).Set(row, Encoding.UTF8.GetBytes("name" + row.ToString(CultureInfo.InvariantCulture)));
            ((ValueColumn<SqlDecimal>)batch.Columns[2]).Set(row, new SqlDecimal(row * 101, 2));
            ((ValueColumn<int>)batch.Columns[3]).Set(row, row);
            if (row % 3 == 0)
            {
                batch.Columns[3].SetNull(row);
            }

            if (kinds)
            {
                batch.SetKind(row, row % 2 == 1 ? RowKind.UpdateAfter : RowKind.Delete);
            }
        }

        return batch;
    }

    private static string[] Lines(RowBatch rows) => [.. Enumerable.Range(0, rows.Count).Select(row =>
        string.Join(' ', rows.Schema.Fields.Select((f, i) => TextForm.Of(rows.Columns[i], row, f.Sql) ?? "NULL")))];

    private sealed class Numbered : IRowOrigins
    {
        public string Describe(int row) => $"row {row}";
    }

    private sealed class Blackhole : ISinkWriter
    {
        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
