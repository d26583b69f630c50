using System.Globalization;
using System.Text;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Files;

/// <summary>Directories of partitions, <c>key=value</c>, as Hive names them: what a file name should not hold is written as % and its
/// number in hexadecimal.</summary>
internal static class PartitionName
{
    private const string Escaped = "\"#%'*/:=?\\{}[]^\u007F";

    /// <exception cref="ConfigException">A column that is not there, is no column of the files, or has a type that makes no name.</exception>
    public static IReadOnlyList<int> ColumnsOf(Engine.Connectors.TableDefinition table)
    {
        var columns = table.PartitionedBy.Select(table.IndexOf).ToArray();
        for (var i = 0; i < columns.Length; i++)
        {
            var name = table.PartitionedBy[i];
            if (columns[i] < 0 || table.Columns[columns[i]].MetadataKey is not null)
            {
                throw new ConfigException(table.Place, $"PARTITIONED BY names '{name}', which is no physical column of {table.Name}");
            }

            if (table.Columns[columns[i]].Type is not { Kind: TypeKind.Char or TypeKind.Varchar or TypeKind.Boolean or TypeKind.Date } and not { IsInteger: true })
            {
                throw new ConfigException(table.Columns[columns[i]].Place, $"{name} is {table.Columns[columns[i]].Type}; a table is partitioned by characters, integers, BOOLEAN or DATE");
            }
        }

        return columns;
    }

    public static string Escape(string value)
    {
        var name = new StringBuilder(value.Length);
        foreach (var letter in value)
        {
            if (letter < ' ' || Escaped.Contains(letter, StringComparison.Ordinal))
            {
                name.Append('%').Append(((int)letter).ToString("X2", CultureInfo.InvariantCulture));
            }
            else
            {
                name.Append(letter);
            }
        }

        return name.ToString();
    }

    public static string Unescape(string name)
    {
        var value = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '%' && i + 2 < name.Length && byte.TryParse(name.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            {
                value.Append((char)code);
                i += 2;
            }
            else
            {
                value.Append(name[i]);
            }
        }

        return value.ToString();
    }

    /// <summary>The value of a partition column in a file's path; null where it has the default name.</summary>
    /// <param name="below">The file's path below that of the table.</param>
    /// <exception cref="DataException">The path does not name the column.</exception>
    public static string? ValueIn(string below, string column, string defaultName, string file)
    {
        var prefix = Escape(column) + "=";
        foreach (var folder in Path.GetDirectoryName(below)!.Split(Path.DirectorySeparatorChar))
        {
            if (folder.StartsWith(prefix, StringComparison.Ordinal))
            {
                var value = Unescape(folder[prefix.Length..]);
                return value == defaultName ? null : value;
            }
        }

        throw new DataException($"{file}: the table is partitioned by '{column}', and the path names no {column}=...; files of a partitioned table stand in a directory for each partition");
    }

    /// <summary>Appends the value as it stands in the name, before escaping; nothing for null.</summary>
    public static void Append(Column column, int row, TypeKind kind, ByteHeap to)
    {
        if (column.IsNull(row))
        {
            return;
        }

        switch (column)
        {
            case TextColumn texts:
                to.Append(texts[row]);
                break;
            case ValueColumn<bool> { Values: var values }:
                to.Append(values[row] ? "true"u8 : "false"u8);
                break;
            case ValueColumn<long> { Values: var values }:
                TextForm.AppendLong(values[row], to);
                break;
            case ValueColumn<int> { Values: var values } when kind == TypeKind.Date:
                TextForm.AppendDate(values[row], to);
                break;
            case ValueColumn<int> { Values: var values }:
                TextForm.AppendLong(values[row], to);
                break;
        }
    }
}
