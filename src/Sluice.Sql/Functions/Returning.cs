using Sluice.Engine.Types;

namespace Sluice.Sql.Functions;

/// <summary>The types that functions return, whatever their arguments are or following from them. What is always null-free for
/// arguments without nulls is NOT NULL here; the binder adds NULL for arguments that may be null.</summary>
internal static class Returning
{
    public static SqlType Boolean(IReadOnlyList<SqlType> arguments) => SqlType.Boolean.NotNull();

    public static SqlType Int(IReadOnlyList<SqlType> arguments) => SqlType.Int.NotNull();

    public static SqlType BigInt(IReadOnlyList<SqlType> arguments) => SqlType.BigInt.NotNull();

    public static SqlType Double(IReadOnlyList<SqlType> arguments) => SqlType.Double.NotNull();

    public static SqlType Text(IReadOnlyList<SqlType> arguments) => SqlType.String.NotNull();

    public static SqlType Bytes(IReadOnlyList<SqlType> arguments) => SqlType.Bytes.NotNull();

    public static SqlType Date(IReadOnlyList<SqlType> arguments) => SqlType.Date.NotNull();

    /// <summary>The type of the first argument.</summary>
    public static SqlType First(IReadOnlyList<SqlType> arguments) => arguments[0];

    /// <summary>The element of the array that the first argument is.</summary>
    public static SqlType Element(IReadOnlyList<SqlType> arguments) => arguments[0].Element!.Nullable();

    /// <summary>A function whose result may be null although no argument is.</summary>
    public static Func<IReadOnlyList<SqlType>, SqlType> Nullable(Func<IReadOnlyList<SqlType>, SqlType> type) => arguments => type(arguments).Nullable();

    /// <summary>One type for all.</summary>
    public static Func<IReadOnlyList<SqlType>, SqlType> Always(SqlType type) => _ => type;
}
