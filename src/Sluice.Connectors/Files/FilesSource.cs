using System.Text.RegularExpressions;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.Connectors.Files;

/// <summary>Reads the files that are there when the job starts: each one is a split.</summary>
internal sealed class FilesSource : ITableSource
{
    private static readonly TimeSpan s_patternTime = TimeSpan.FromSeconds(5);

    private readonly TableDefinition _table;
    private readonly IReadOnlyList<int> _columns;
    private readonly IFormat _format;
    private readonly Func<Decoder> _decoder;
    private readonly QuoteRule? _quotes;
    private readonly string _path;
    private readonly Place _pathPlace;
    private readonly Regex? _pattern;
    private readonly string _defaultPartition;
    private readonly IReadOnlyList<int> _partitions;

    private FilesSource(TableDefinition table, IReadOnlyList<int> columns, OptionBag bag, TableContext context)
    {
        (_table, _columns) = (table, columns);
        _path = LocalPath.Resolve(bag.Take(FilesOptions.Path)!, context.BaseDirectory, bag.PlaceOf(FilesOptions.Path));
        _pathPlace = bag.PlaceOf(FilesOptions.Path);
        _pattern = Pattern(bag);
        _defaultPartition = bag.Take(FilesOptions.DefaultPartition)!;
        FilesOptions.RefuseMonitoring(bag);
        foreach (var column in table.Columns.Where(c => c.MetadataKey is not null))
        {
            FileValue.Check(column);
        }

        _partitions = PartitionName.ColumnsOf(table);
        var inFiles = Enumerable.Range(0, table.Columns.Count).Where(i => table.Columns[i].MetadataKey is null && !_partitions.Contains(i));
        var chosen = FormatOptions.TakeValue(bag, context.Formats, [.. inFiles.Select(i => new FormatColumn(table.Columns[i].Name, table.Columns[i].Type, TargetOf(i)))], context.TimeZone);
        (_format, _decoder, _quotes) = (chosen.Format, chosen.Reading(), QuoteRule.Of(chosen));
        bag.RefuseUnknown("filesystem", [.. FilesOptions.All, .. _format.Options]);
        Schema = new Schema([.. columns.Select(i => new Field(table.Columns[i].Name, table.Columns[i].Type))]);
    }

    public string Name => $"filesystem {_path}";

    public Schema Schema { get; }

    public bool IsBounded => true;

    public bool HasChangelog => _format.HasChangelog;

    public static FilesSource Create(TableDefinition table, IReadOnlyList<int> columns, OptionBag bag, TableContext context) => new(table, columns, bag, context);

    public IEnumerable<string> Explain() => [$"reads the files of {_path} as {_format.Name}: {Schema}"];

    public Task<SourcePlan> PrepareAsync(int parallelism, CancellationToken stop)
    {
        if (!File.Exists(_path) && !Directory.Exists(_path))
        {
            throw new ConfigException(_pathPlace, $"'path' is {_path}, where there is neither a file nor a directory");
        }

        try
        {
            IReadOnlyList<Split> splits = [.. LocalPath.FilesAt(_path).Where(f => _pattern?.IsMatch(f) ?? true).Select(f => new FileSplit(f))];
            return Task.FromResult(new SourcePlan(Schema, splits));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ConfigException(_pathPlace, $"'path' is {_path}, which cannot be listed: {e.Message}", e);
        }
    }

    public ISplitReader Open(Split split, ReaderContext context)
    {
        var file = new FileInfo(((FileSplit)split).File);
        try
        {
            return new FileReader(file.FullName, _decoder(), ValuesOf(file), _quotes, context);
        }
        catch (IOException e)
        {
            throw new EndpointException(file.FullName, $"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What all rows of a file share.</summary>
    private List<(int Target, FileValue Value)> ValuesOf(FileInfo file)
    {
        var values = new List<(int Target, FileValue Value)>();
        for (var target = 0; target < _columns.Count; target++)
        {
            var column = _table.Columns[_columns[target]];
            if (column.MetadataKey is not null)
            {
                values.Add((target, FileValue.About(file, column)));
            }
            else if (_partitions.Contains(_columns[target]))
            {
                values.Add((target, FileValue.Of(PartitionName.ValueIn(Path.GetRelativePath(_path, file.FullName), column.Name, _defaultPartition, file.FullName), column, file.FullName)));
            }
        }

        return values;
    }

    private static Regex? Pattern(OptionBag bag)
    {
        if (bag.Take(FilesOptions.PathPattern) is not { } text)
        {
            return null;
        }

        try
        {
            return new Regex($"^(?:{text})$", RegexOptions.CultureInvariant, s_patternTime);
        }
        catch (ArgumentException e)
        {
            throw new ConfigException(bag.PlaceOf(FilesOptions.PathPattern), $"'{FilesOptions.PathPattern.Name}' is \"{text}\", which is no regular expression: {e.Message}", e);
        }
    }

    private int TargetOf(int column)
    {
        for (var i = 0; i < _columns.Count; i++)
        {
            if (_columns[i] == column)
            {
                return i;
            }
        }

        return -1;
    }
}

/// <summary>A file, read from its beginning to its end.</summary>
internal sealed class FileSplit(string file) : Split(file)
{
    public string File => Id;
}
