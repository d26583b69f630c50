using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Sql.Planning;

/// <summary>Stands before a sink with NOT NULL columns: a row that has a NULL there fails the job, or is left out where the script says so
/// (<c>table.exec.sink.not-null-enforcer</c>). Rows that take something away are let pass: those of an upsert topic have nothing but their key.</summary>
/// <param name="columns">The columns to look at.</param>
/// <param name="table">The table written, for messages.</param>
internal sealed class NotNullEnforcer(Schema schema, IReadOnlyList<int> columns, string table, bool drop) : IOperator
{
    public Schema Schema => schema;

    public IEnumerable<string> Explain() =>
        [$"not null: {string.Join(", ", columns.Select(c => schema[c].Name))}; a row with a NULL there {(drop ? "is left out" : "fails the job")}"];

    public ISinkWriter Open(TaskContext task, ISinkWriter next) => new Writer(this, task, next);

    private sealed class Writer(NotNullEnforcer check, TaskContext task, ISinkWriter next) : ISinkWriter
    {
        private readonly RowBatchPool _pool = new(check.Schema, BatchSize.Of(BatchSize.MaxRows));
        private int[] _kept = [];

        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            var first = HasNull(rows) ? FirstWithNull(rows) : -1;
            if (first >= 0)
            {
                return check.Drops ? next.WriteAsync(Without(rows, first), stop) : throw Refused(rows, first);
            }

            return next.WriteAsync(rows, stop);
        }

        public ValueTask FlushAsync(CancellationToken stop) => next.FlushAsync(stop);

        public ValueTask DisposeAsync() => next.DisposeAsync();

        private bool HasNull(RowBatch rows)
        {
            foreach (var column in check.Columns)
            {
                if (NullScan.HasNull(rows.Columns[column], rows.Count))
                {
                    return true;
                }
            }

            return false;
        }

        /// <returns>-1 where all nulls stand in rows that take something away.</returns>
        private int FirstWithNull(RowBatch rows)
        {
            for (var row = 0; row < rows.Count; row++)
            {
                if (NullIn(rows, row) >= 0)
                {
                    return row;
                }
            }

            return -1;
        }

        /// <returns>The column that is null and must not be; -1 where the row is fine.</returns>
        private int NullIn(RowBatch rows, int row)
        {
            foreach (var column in check.Columns)
            {
                if (rows.Columns[column].IsNull(row) && rows.KindOf(row) is RowKind.Insert or RowKind.UpdateAfter)
                {
                    return column;
                }
            }

            return -1;
        }

        private DataException Refused(RowBatch rows, int row)
        {
            using (rows)
            {
                return new DataException(
                    $"column '{check.Schema[NullIn(rows, row)].Name}' of table '{check.Table}' is NOT NULL, and this row has NULL there; "
                    + "to leave such rows out, SET 'table.exec.sink.not-null-enforcer' = 'DROP'").At(rows.DescribeOrigin(row));
            }
        }

        /// <summary>The rows but those with a NULL, the first of which is known.</summary>
        private RowBatch Without(RowBatch rows, int first)
        {
            if (_kept.Length < rows.Count)
            {
                _kept = new int[Math.Max(rows.Count, BatchSize.MaxRows)];
            }

            var count = 0;
            for (var row = 0; row < rows.Count; row++)
            {
                if (row < first || NullIn(rows, row) < 0)
                {
                    _kept[count++] = row;
                }
            }

            task.Books.AddRead(rows.Count - count, 0);
            task.Books.AddSkipped(rows.Count - count);
            var kept = _kept.AsSpan(0, count);
            var batch = _pool.Rent();
            batch.Derive(rows, kept, allRows: false);
            for (var i = 0; i < batch.Columns.Length; i++)
            {
                batch.Columns[i].Gather(rows.Columns[i], kept);
            }

            return batch;
        }
    }

    private IReadOnlyList<int> Columns => columns;

    private string Table => table;

    private bool Drops => drop;
}
