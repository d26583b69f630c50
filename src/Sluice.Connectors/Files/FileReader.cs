using System.Globalization;
using System.IO.Compression;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Files;

/// <summary>Decodes the lines of a file into batches. A position counts lines, those that gave no row included.</summary>
internal sealed class FileReader(string file, Decoder decoder, IReadOnlyList<(int Target, FileValue Value)> values, QuoteRule? quotes, ReaderContext context) : ISplitReader
{
    private readonly RowCuts _cuts = new(context.Cuts);
    private RecordReader? _records;
    private long[] _lines = [];
    private long _done;

    public ValueTask<RowBatch?> ReadAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var batch = context.Pool.Rent();
        try
        {
            return ValueTask.FromResult(Fill(batch) ? batch : Nothing(batch));
        }
        catch (Exception e)
        {
            batch.Dispose();
            throw e is IOException or UnauthorizedAccessException or InvalidDataException ? new EndpointException(file, $"cannot be read: {e.Message}", e) : e;
        }
    }

    public ValueTask DisposeAsync()
    {
        _records?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static RowBatch? Nothing(RowBatch batch)
    {
        batch.Dispose();
        return null;
    }

    /// <returns>False where the file had ended before.</returns>
    private bool Fill(RowBatch batch)
    {
        var records = _records ??= Open();
        var (before, skipped) = (_done, 0);
        var last = _cuts.Next(_done);
        while (_done < last && !batch.IsFull && records.TryNext(out var record))
        {
            _done++;
            if (_done <= context.After?.Ordinal)
            {
                before = _done;
                continue;
            }

            var rows = Decode(record, batch);
            skipped += rows == 0 ? 1 : 0;
            Remember(batch.Count, rows, records.Line);
            batch.Count += rows;
            batch.ValueBytes += record.Length;
        }

        if (_done == before)
        {
            return false;
        }

        context.Books.AddRead(skipped, 0);
        context.Books.AddSkipped(skipped);
        foreach (var (target, value) in values)
        {
            value.Fill(batch.Columns[target], batch.Count);
        }

        _cuts.End(batch, _done);
        batch.Origins = OriginsOf(batch.Count);
        return true;
    }

    private int Decode(ReadOnlySpan<byte> record, RowBatch batch)
    {
        try
        {
            return decoder.Decode(record, batch);
        }
        catch (DataException e)
        {
            throw e.At(Place(file, _records!.Line));
        }
    }

    private RecordReader Open()
    {
        var stream = new FileStream(file, new FileStreamOptions { Share = FileShare.ReadWrite | FileShare.Delete, Options = FileOptions.SequentialScan, BufferSize = 0 });
        return new RecordReader(
            Path.GetExtension(file).ToLowerInvariant() switch
            {
                ".gz" or ".gzip" => new GZipStream(stream, CompressionMode.Decompress),
                ".deflate" => new ZLibStream(stream, CompressionMode.Decompress),
                _ => stream,
            }, quotes, file);
    }

    private void Remember(int first, int rows, long line)
    {
        if (_lines.Length < first + rows)
        {
            Array.Resize(ref _lines, Math.Max(first + rows, Math.Max(256, _lines.Length * 2)));
        }

        _lines.AsSpan(first, rows).Fill(line);
    }

    /// <summary>As a rule row n stands on line n of those read, which needs no list.</summary>
    private FileOrigins OriginsOf(int rows)
    {
        for (var i = 1; i < rows; i++)
        {
            if (_lines[i] != _lines[0] + i)
            {
                return new FileOrigins(file, 0, _lines.AsSpan(0, rows).ToArray());
            }
        }

        return new FileOrigins(file, rows > 0 ? _lines[0] : 0, null);
    }

    internal static string Place(string file, long line) => string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}");
}

/// <summary>The lines on which the rows of a batch stand.</summary>
internal sealed class FileOrigins(string file, long first, long[]? lines) : IRowOrigins
{
    public string Describe(int row) => FileReader.Place(file, lines is null ? first + row : lines[row]);
}
