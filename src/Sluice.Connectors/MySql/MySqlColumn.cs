using System.Text;
using Sluice.Connectors.MySql.Native;
using Sluice.Engine.Types;

namespace Sluice.Connectors.MySql;

/// <summary>A column of a result.</summary>
internal sealed record MySqlColumn(string Name, MySqlFieldType FieldType, MySqlFieldFlags Flags, uint Charset)
{
    /// <summary>The number of the character set <c>binary</c>.</summary>
    private const uint BinaryCharset = 63;

    public bool IsNullable => !Flags.HasFlag(MySqlFieldFlags.NotNull);

    /// <summary>Bytes, not text.</summary>
    public bool IsBinary => Charset == BinaryCharset;

    public bool IsInteger => FieldType is MySqlFieldType.Tiny or MySqlFieldType.Short or MySqlFieldType.Int24 or MySqlFieldType.Long or MySqlFieldType.LongLong;

    /// <summary>A string by whose value rows can be cut into ranges. ENUM and SET are sent as strings, but sorted by number.</summary>
    public bool IsString => FieldType is MySqlFieldType.VarChar or MySqlFieldType.VarString or MySqlFieldType.String
            or MySqlFieldType.TinyBlob or MySqlFieldType.Blob or MySqlFieldType.MediumBlob or MySqlFieldType.LongBlob
        && (Flags & (MySqlFieldFlags.Enum | MySqlFieldFlags.Set)) == 0;

    public DataType DataType => FieldType switch
    {
        MySqlFieldType.Tiny or MySqlFieldType.Short or MySqlFieldType.Int24 or MySqlFieldType.Long or MySqlFieldType.LongLong or MySqlFieldType.Bit => DataType.Integer,
        MySqlFieldType.Decimal or MySqlFieldType.NewDecimal => DataType.Decimal,
        MySqlFieldType.Float or MySqlFieldType.Double => DataType.Double,
        MySqlFieldType.Date or MySqlFieldType.NewDate => DataType.Date,
        MySqlFieldType.DateTime or MySqlFieldType.DateTime2 => DataType.DateTime,
        MySqlFieldType.Timestamp or MySqlFieldType.Timestamp2 => DataType.Timestamp,
        MySqlFieldType.Time or MySqlFieldType.Time2 => DataType.Time,
        MySqlFieldType.Year => DataType.Year,
        MySqlFieldType.Json => DataType.Json,
        MySqlFieldType.Geometry => DataType.Bytes,
        MySqlFieldType.Null => DataType.Text,
        _ => IsBinary ? DataType.Bytes : DataType.Text,
    };

    /// <summary>The columns of a result, in order.</summary>
    public static unsafe IReadOnlyList<MySqlColumn> Of(nint result)
    {
        var fields = LibMariaDb.FetchFields(result);
        var columns = new MySqlColumn[LibMariaDb.NumFields(result)];
        for (var i = 0; i < columns.Length; i++)
        {
            ref readonly var field = ref fields[i];
            columns[i] = new MySqlColumn(Encoding.UTF8.GetString(field.Name, (int)field.NameLength), field.Type, field.Flags, field.Charset);
        }

        return columns;
    }
}
