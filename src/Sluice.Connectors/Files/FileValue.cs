using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Files;

/// <summary>A value that all rows of a file share: of a partition, or about the file itself.</summary>
internal abstract class FileValue
{
    private const string FilePath = "file.path";
    private const string FileName = "file.name";
    private const string FileSize = "file.size";
    private const string ModificationTime = "file.modification-time";

    public abstract void Fill(Column column, int rows);

    /// <exception cref="ConfigException">A metadata column that there is not, or one of another type.</exception>
    public static void Check(TableColumn column)
    {
        var (fits, type) = column.MetadataKey switch
        {
            FilePath or FileName => (column.Type is { Kind: TypeKind.Varchar, Precision: SqlType.MaxLength }, SqlType.String),
            FileSize => (column.Type.Kind == TypeKind.BigInt, SqlType.BigInt),
            ModificationTime => (column.Type.Kind == TypeKind.TimestampLtz, SqlType.TimestampLtz(3)),
            _ => throw new ConfigException(column.Place, $"filesystem has no metadata column '{column.MetadataKey}'; there are {FilePath}, {FileName}, {FileSize}, {ModificationTime}"),
        };
        if (!fits)
        {
            throw new ConfigException(column.Place, $"{column.Name} is {column.Type}, and '{column.MetadataKey}' is {type}; declare it so");
        }
    }

    /// <summary>What a metadata column says of a file.</summary>
    public static FileValue About(FileInfo file, TableColumn column) => column.MetadataKey switch
    {
        FilePath => new SameText(Encoding.UTF8.GetBytes(file.FullName)),
        FileName => new SameText(Encoding.UTF8.GetBytes(file.Name)),
        FileSize => new SameNumber<long>(file.Length),
        _ => new SameNumber<Timestamp>(new Timestamp(new DateTimeOffset(file.LastWriteTimeUtc).ToUnixTimeMilliseconds()).Truncate(column.Type.Precision)),
    };

    /// <summary>The value of a partition column.</summary>
    /// <exception cref="DataException">The text is no value of the type.</exception>
    public static FileValue Of(string? text, TableColumn column, string file)
    {
        if (text is null)
        {
            return new NoValue();
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var number = 0;
        var (fits, value) = column.Type.Kind switch
        {
            TypeKind.Boolean => (TextParser.TryParseBoolean(bytes, out var flag), new SameNumber<bool>(flag)),
            TypeKind.TinyInt => (TextParser.TryParseTinyInt(bytes, out number), new SameNumber<int>(number)),
            TypeKind.SmallInt => (TextParser.TryParseSmallInt(bytes, out number), new SameNumber<int>(number)),
            TypeKind.Int => (TextParser.TryParseInt(bytes, out number), new SameNumber<int>(number)),
            TypeKind.Date => (TextParser.TryParseDate(bytes, out number), new SameNumber<int>(number)),
            TypeKind.BigInt => (TextParser.TryParseBigInt(bytes, out var large), new SameNumber<long>(large)),
            _ => (true, (FileValue)new SameText(bytes)),
        };
        return fits ? value : throw new DataException($"{file}: the path says that {column.Name} is '{text}', which is no {column.Type}");
    }
}

internal sealed class NoValue : FileValue
{
    public override void Fill(Column column, int rows)
    {
        for (var row = 0; row < rows; row++)
        {
            column.SetNull(row);
        }
    }
}

/// <summary>A batch holds it once.</summary>
internal sealed class SameText(byte[] value) : FileValue
{
    public override void Fill(Column column, int rows)
    {
        var texts = (TextColumn)column;
        texts.Start.AsSpan(0, rows).Fill(texts.Heap.Append(value));
        texts.Length.AsSpan(0, rows).Fill(value.Length);
    }
}

internal sealed class SameNumber<T>(T value) : FileValue
    where T : unmanaged
{
    public override void Fill(Column column, int rows)
    {
        var values = (ValueColumn<T>)column;
        values.Values.AsSpan(0, rows).Fill(value);
        values.Nulls.AsSpan(0, rows).Clear();
    }
}
