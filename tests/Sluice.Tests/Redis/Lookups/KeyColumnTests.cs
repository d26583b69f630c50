using System.Text;
using Sluice.Connectors.Redis.Lookups;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Tests.Redis.Lookups;

/// <summary>Which texts in Redis are keys: those that a lookup of their value would ask for.</summary>
public sealed class KeyColumnTests
{
    private static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    public static TheoryData<SqlType, string, string?> Spellings => new()
    {
        { SqlType.Int, "007", "7" },
        { SqlType.Int, "+9", "9" },
        { SqlType.Int, "8.9", "8" },
        { SqlType.Int, " 7", "7" },
        { SqlType.Int, "x", null },
        { SqlType.BigInt, "-0", "0" },
        { SqlType.Boolean, "1", "TRUE" },
        { SqlType.Boolean, "true", "TRUE" },
        { SqlType.Decimal(10, 2), "1.5", "1.50" },
        { SqlType.Double, "1.50", "1.5" },
        { SqlType.Date, "2024-5-1", "2024-05-01" },
        { SqlType.Timestamp(3), "2024-05-01 10:00:00.123456", "2024-05-01 10:00:00.123" },
        { SqlType.TimestampLtz(0), "2024-05-01 10:00:00.0", "2024-05-01 10:00:00" },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Another_spelling_than_that_of_a_lookup_is_no_key(SqlType type, string text, string? spelling)
    {
        foreach (var target in (int[])[0, -1])
        {
            Assert.Null(Put(type, text, target, out var told));
            Assert.Equal(spelling, told);
        }
    }

    public static TheoryData<SqlType, string> Keys => new()
    {
        { SqlType.Int, "-7" },
        { SqlType.Boolean, "FALSE" },
        { SqlType.Decimal(10, 2), "1.50" },
        { SqlType.Double, "1.0E10" },
        { SqlType.Date, "2024-05-01" },
        { SqlType.Time(), "10:00:00" },
        { SqlType.Timestamp(3), "2024-05-01 10:00:00.123" },
        { SqlType.TimestampLtz(0), "2024-05-01 10:00:00" },
        { SqlType.String, "007 " },
        { SqlType.Varchar(2), "int" },
        { SqlType.Char(5), "ab" },
        { SqlType.Binary(3), "a" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public void The_text_of_a_value_is_a_key_and_texts_are_neither_cut_nor_padded(SqlType type, string text)
    {
        Assert.Equal(text, Put(type, text, 0, out _));
        Assert.Equal("", Put(type, text, -1, out _));
    }

    /// <summary>The text of what is in the row; null where the key is refused.</summary>
    private static string? Put(SqlType type, string text, int target, out string? spelling)
    {
        Column[] row = [Column.Create(type, new ByteHeap(64), 4)];
        var column = new KeyColumn(target, 0, "k", type, s_berlin);
        var isPut = column.TryPut(Encoding.UTF8.GetBytes(text), row, 2);
        spelling = column.Spelling;
        return !isPut ? null : target < 0 ? "" : TextForm.Of(row[0], 2, type, s_berlin);
    }
}
