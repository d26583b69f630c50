using Sluice.Connectors.Selects;
using Sluice.Engine.Connectors;
using Sluice.Engine.Rows;
using SQLitePCL;

namespace Sluice.Connectors.Sqlite;

/// <summary>Steps through one query. The file is local: rows are read when they are asked for, on the caller's thread.</summary>
internal sealed class SqliteSplitReader(SqliteSettings settings, SqliteSplit split, RowBatchPool pool) : ISplitReader
{
    private SqliteDatabase? _database;
    private SqliteStatement? _statement;
    private long _rows;
    private bool _ended;

    public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (_ended)
        {
            return ValueTask.FromResult<RowBatch?>(null);
        }

        _database ??= SqliteDatabase.Open(settings.Path, settings.Place);
        _statement ??= _database.Prepare(split.Sql, split.Place);
        using var interrupt = stop.UnsafeRegister(static database => ((SqliteDatabase)database!).Interrupt(), _database);
        var batch = pool.Rent();
        try
        {
            _ended = !Fill(batch, stop);
        }
        catch
        {
            batch.Dispose();
            throw;
        }

        if (batch.Count == 0)
        {
            batch.Dispose();
            return ValueTask.FromResult<RowBatch?>(null);
        }

        return ValueTask.FromResult<RowBatch?>(batch);
    }

    public ValueTask DisposeAsync()
    {
        _statement?.Dispose();
        _database?.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>False: there are no more rows.</summary>
    private bool Fill(RowBatch batch, CancellationToken stop)
    {
        var statement = _statement!.Handle;
        var more = true;
        while (!batch.IsFull)
        {
            var code = raw.sqlite3_step(statement);
            if (code != raw.SQLITE_ROW)
            {
                stop.ThrowIfCancellationRequested();
                more = code == raw.SQLITE_DONE ? false : throw _database!.Broken(code, $"reading '{split.Id}' broke off after {_rows + batch.Count} rows");
                break;
            }

            for (var i = 0; i < batch.Texts.Length; i++)
            {
                batch.ValueBytes += Copy(statement, i, batch.Texts[i], batch.Count);
            }

            batch.Count++;
        }

        _rows += batch.Count;
        batch.End = new Position(_rows);
        return more;
    }

    /// <summary>Any column may hold a value of any type in any row, so the type is asked for each time.</summary>
    private static unsafe int Copy(sqlite3_stmt statement, int index, TextColumn column, int row)
    {
        switch (raw.sqlite3_column_type(statement, index))
        {
            case raw.SQLITE_NULL:
                column.SetNull(row);
                return 0;
            case raw.SQLITE_BLOB:
                column.Set(row, raw.sqlite3_column_blob(statement, index));
                break;
            default:
                // As text first: that makes it UTF-8, and the length that follows is then in bytes of it.
                fixed (byte* text = raw.sqlite3_column_text(statement, index))
                {
                    column.Set(row, new ReadOnlySpan<byte>(text, raw.sqlite3_column_bytes(statement, index)));
                }

                break;
        }

        return column.Length[row];
    }
}
