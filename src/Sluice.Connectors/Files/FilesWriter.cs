using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Encoder = Sluice.Engine.Formats.Encoder;

namespace Sluice.Connectors.Files;

/// <summary>Writes the rows of one task, and finishes all its files together: only then are they counted as written and their
/// positions confirmed (S-26).</summary>
internal sealed class FilesWriter(FilesSink sink, Encoder encoder, string name, TaskContext task) : ISinkWriter
{
    /// <summary>Partitions that a task writes at the same time; with one more all files are finished first.</summary>
    private const int MostOpenFiles = 128;

    private readonly Dictionary<byte[], PartFile> _files = new(new BytesComparer());
    private readonly ByteHeap _line = new(1 << 12);
    private readonly ByteHeap _partition = new(256);
    private Positions _held = new();
    private long _lastRow;
    private int _number;
    private bool _broken;
    private PartFile? _current;
    private byte[] _currentKey = [];

    public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
    {
        using (rows)
        {
            var taken = 0;
            try
            {
                for (var row = 0; row < rows.Count; row++)
                {
                    RefuseChanges(rows, row);
                    taken++;
                    Write(rows, row);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Broken(e);
            }
            finally
            {
                task.Books.AddRead(taken, taken == rows.Count ? rows.ValueBytes : 0);
            }

            rows.Confirm(_held);
            if (rows.Count > 0)
            {
                _lastRow = task.Clock.GetTimestamp();
            }

            if (_files.Count == 0 || rows.Drain || IsTime())
            {
                Finish();
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask FlushAsync(CancellationToken stop)
    {
        if (!_broken)
        {
            Finish();
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        foreach (var file in _files.Values)
        {
            task.Books.AddUnknown(file.Rows);
            file.Dispose();
        }

        _files.Clear();
        return ValueTask.CompletedTask;
    }

    private void Write(RowBatch rows, int row)
    {
        _line.Clear();
        try
        {
            if (!encoder.Encode(rows, row, _line))
            {
                task.Books.AddSkipped(1);
                return;
            }

            TakePartition(rows, row);
        }
        catch (DataException e)
        {
            task.DirtyRecords.Add(rows, row, "", e.Message, reply: null);
            return;
        }

        _line.Append("\n"u8);
        try
        {
            CurrentFile().Write(_line.Bytes.AsSpan(0, _line.Used));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException && _current is null)
        {
            // There is no file that would count it.
            task.Books.AddUnknown(1);
            throw;
        }
    }

    private void TakePartition(RowBatch rows, int row)
    {
        _partition.Clear();
        for (var i = 0; i < sink.Partitions.Count; i++)
        {
            var (column, start) = (sink.Partitions[i], _partition.Used);
            PartitionName.Append(rows.Columns[column.Index], row, column.Kind, _partition);
            if (_partition.Bytes.AsSpan(start, _partition.Used - start).Contains((byte)0))
            {
                throw new DataException($"'{column.Name}' holds the character U+0000, which cannot stand in the name of a partition");
            }

            _partition.Append("\0"u8);
        }
    }

    /// <summary>The file for the row's partition. As a rule that is the file of the row before.</summary>
    private PartFile CurrentFile()
    {
        var key = _partition.Bytes.AsSpan(0, _partition.Used);
        if (_current is not null && key.SequenceEqual(_currentKey))
        {
            return _current;
        }

        _current = null;
        if (!_files.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out _currentKey!, out var file))
        {
            _currentKey = key.ToArray();
            if (_files.Count >= MostOpenFiles)
            {
                FinishFiles();
            }

            file = new PartFile(FolderOf(_currentKey), $"{name}-{_number++}", task.Clock.GetTimestamp());
            _files.Add(_currentKey, file);
        }

        return _current = file;
    }

    private string FolderOf(byte[] key)
    {
        var values = Encoding.UTF8.GetString(key).Split('\0');
        var folder = sink.Folder;
        for (var i = 0; i < sink.Partitions.Count; i++)
        {
            var value = values[i].Length == 0 ? sink.DefaultPartition : values[i];
            folder = Path.Combine(folder, $"{PartitionName.Escape(sink.Partitions[i].Name)}={PartitionName.Escape(value)}");
        }

        return folder;
    }

    private bool IsTime()
    {
        var opened = long.MaxValue;
        foreach (var file in _files.Values)
        {
            if (file.Bytes >= sink.Policy.FileSize)
            {
                return true;
            }

            opened = Math.Min(opened, file.Opened);
        }

        return task.Clock.GetElapsedTime(opened) >= sink.Policy.RolloverInterval || task.Clock.GetElapsedTime(_lastRow) >= sink.Policy.InactivityInterval;
    }

    /// <summary>Finishes all files. What all batches so far were is then on disk.</summary>
    private void Finish()
    {
        try
        {
            FinishFiles();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Broken(e);
        }

        foreach (var (split, position) in _held.All())
        {
            task.Positions.Confirm(split, position);
        }

        _held = new Positions();
    }

    private void FinishFiles()
    {
        _current = null;
        foreach (var (key, file) in _files)
        {
            file.Finish();
            _files.Remove(key);
            task.Books.AddWritten(file.Rows);
            task.Books.AddBytesOut(file.Bytes);
        }
    }

    /// <summary>A line may be written in part: none of the open files may be finished.</summary>
    private EndpointException Broken(Exception e)
    {
        _broken = true;
        return new EndpointException(sink.Folder, $"cannot be written: {e.Message}", e);
    }

    private void RefuseChanges(RowBatch rows, int row)
    {
        if (rows.KindOf(row) != RowKind.Insert && !sink.Format.HasChangelog)
        {
            throw new DataException(
                $"{rows.DescribeOrigin(row)}: {sink.TableName} takes inserts only, because {sink.Format.Name} cannot say that a row is changed or deleted; this row does so. Write it with a format for changes, or into another table");
        }
    }

    /// <summary>Looks keys up without making an array of them.</summary>
    private sealed class BytesComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
