using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Encoder = Sluice.Engine.Formats.Encoder;

namespace Sluice.Connectors.Files;

/// <summary>When a file is finished.</summary>
internal sealed record RollingPolicy(long FileSize, TimeSpan RolloverInterval, TimeSpan InactivityInterval);

/// <summary>A column by whose values files are put into directories.</summary>
/// <param name="Index">In the batch.</param>
internal sealed record PartitionColumn(string Name, int Index, TypeKind Kind);

/// <summary>Writes lines into new files of a directory, each task into files of its own. A file has a hidden name until it is on disk
/// as a whole.</summary>
internal sealed class FilesSink : ISink
{
    private readonly string _run = Guid.NewGuid().ToString("n");
    private readonly Place _pathPlace;
    private readonly Func<Encoder> _encoder;
    private int _opened;

    private FilesSink(TableDefinition table, OptionBag bag, TableContext context)
    {
        TableName = table.Name;
        Folder = LocalPath.Resolve(bag.Take(FilesOptions.Path)!, context.BaseDirectory, bag.PlaceOf(FilesOptions.Path));
        _pathPlace = bag.PlaceOf(FilesOptions.Path);
        DefaultPartition = bag.Take(FilesOptions.DefaultPartition)!;
        Policy = new RollingPolicy(bag.Take(FilesOptions.FileSize), bag.Take(FilesOptions.RolloverInterval), bag.Take(FilesOptions.InactivityInterval));
        FilesOptions.RefuseCommitActions(bag);
        if (table.Columns.FirstOrDefault(c => c is { MetadataKey: not null, IsVirtual: false }) is { } metadata)
        {
            throw new ConfigException(metadata.Place, $"{metadata.Name} is what a file says of itself ('{metadata.MetadataKey}') and cannot be written; declare it METADATA VIRTUAL");
        }

        TableColumn[] written = [.. table.Columns.Where(c => c.MetadataKey is null)];
        Partitions = [.. PartitionName.ColumnsOf(table).Select(i => table.Columns[i]).Select(c => new PartitionColumn(c.Name, Array.IndexOf(written, c), c.Type.Kind))];
        var inFiles = Enumerable.Range(0, written.Length).Where(i => Partitions.All(p => p.Index != i)).ToArray();
        if (inFiles.Length == 0)
        {
            throw new ConfigException(table.Place, $"{table.Name} has no column besides those of PARTITIONED BY; nothing would stand in its files");
        }

        var chosen = FormatOptions.TakeValue(bag, context.Formats, [.. inFiles.Select(i => new FormatColumn(written[i].Name, written[i].Type, i))], context.TimeZone);
        (Format, _encoder) = (chosen.Format, chosen.Writing());
        bag.RefuseUnknown("filesystem", [.. FilesOptions.All, .. Format.Options]);
    }

    public string TableName { get; }

    public string Folder { get; }

    public IFormat Format { get; }

    public RollingPolicy Policy { get; }

    public string DefaultPartition { get; }

    public IReadOnlyList<PartitionColumn> Partitions { get; }

    public string Name => $"filesystem {Folder}";

    public BatchSize BatchSize { get; } = BatchSize.Of(BatchSize.MaxRows);

    public static FilesSink Create(TableDefinition table, OptionBag bag, TableContext context) => new(table, bag, context);

    public void Bind(Schema schema)
    {
        // The planner gives the table's own columns.
    }

    public IEnumerable<string> Explain(Schema? schema) =>
        [$"writes files of {Format.Name} into {Folder}" + (Partitions.Count == 0 ? "" : ", one directory for each " + string.Join("/", Partitions.Select(p => p.Name)))];

    public Task PrepareAsync(CancellationToken stop)
    {
        try
        {
            Directory.CreateDirectory(Folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException(_pathPlace, $"'path' is {Folder}, which cannot be a directory to write into: {e.Message}", e);
        }

        return Task.CompletedTask;
    }

    public ISinkWriter Open(TaskContext task) => new FilesWriter(this, _encoder(), $"part-{_run}-{Interlocked.Increment(ref _opened) - 1}", task);

    public IEnumerable<string> Render(RowBatch rows, int row)
    {
        var line = new ByteHeap(256);
        return _encoder().Encode(rows, row, line) ? [Encoding.UTF8.GetString(line.Bytes, 0, line.Used)] : [];
    }
}
