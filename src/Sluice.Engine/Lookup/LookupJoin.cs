using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Lookup;

/// <summary>A column that a join adds: one of the table's records, or the key as the input has it where a row was found, else null.</summary>
/// <param name="Record">Its index in the records' layout; -1 where it is a key column.</param>
/// <param name="Input">The column of the input that it equals where it is a key column; else -1.</param>
public sealed record LookupColumn(string Name, SqlType Type, int Record, int Input = -1);

/// <summary>Joins rows with those of a dimension table that have their keys (S-28): the columns that come in, followed by the table's.</summary>
/// <param name="keys">Texts in the input: one for each column of the table's primary key, in its order. Null is a miss without a query.</param>
/// <param name="keepMissing">LEFT JOIN: rows without a match stay, with nulls.</param>
public sealed class LookupJoin(Schema input, IReadOnlyList<int> keys, IReadOnlyList<LookupColumn> columns, bool keepMissing, LookupTable table) : IOperator
{
    private bool _isPrepared;

    /// <summary>Rows do not overtake one another, even where the table's settings let them: they are changes of what came before.</summary>
    public bool KeepsOrder { get; init; }

    public bool MayReorder => table.Settings.MayReorder && !KeepsOrder;

    public Schema Schema { get; } = new([.. input.Fields, .. columns.Select(c => new Field(c.Name, c.Type))]);

    public IEnumerable<string> Explain() =>
        [$"lookup {table.Name}: {table.Lookup.Name} by {string.Join(", ", keys.Select(k => input[k].Name))}{(keepMissing ? ", keeping rows without a match" : "")}", .. table.Lookup.Explain().Concat(table.Explain()).Select(l => "  " + l)];

    public async Task PrepareAsync(TaskContext task, CancellationToken stop)
    {
        await table.PrepareAsync(task, stop);
        _isPrepared = true;
    }

    public ISinkWriter Open(TaskContext task, ISinkWriter next) => new LookupWriter(
        new LookupShape(input.Count, keys, columns, keepMissing, table.Lookup.Layout) { KeepsOrder = KeepsOrder }, table, new RowBatchPool(Schema, BatchSize.Of(BatchSize.MaxRows)), task, next);

    public async ValueTask CloseAsync()
    {
        if (_isPrepared)
        {
            _isPrepared = false;
            await table.CloseAsync();
        }
    }
}

/// <summary>What the rows of a join look like.</summary>
internal sealed record LookupShape(int InputColumns, IReadOnlyList<int> Keys, IReadOnlyList<LookupColumn> Columns, bool KeepMissing, RecordLayout Layout)
{
    /// <summary>Rows do not overtake one another, whatever the settings allow.</summary>
    public bool KeepsOrder { get; init; }
}
