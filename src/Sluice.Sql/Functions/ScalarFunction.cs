using Sluice.Engine.Types;

namespace Sluice.Sql.Functions;

/// <summary>What a parameter takes, and as what the argument is handed over. Narrower types are widened without being asked.</summary>
internal enum Family
{
    /// <summary>Any type, handed over as <see cref="Engine.Rows.Cell"/>.</summary>
    Any,
    /// <summary>bool.</summary>
    Boolean,
    /// <summary>TINYINT to INT: int.</summary>
    Int,
    /// <summary>TINYINT to BIGINT: long.</summary>
    BigInt,
    /// <summary>DECIMAL and all integers: <see cref="Engine.Rows.SqlDecimal"/>.</summary>
    Decimal,
    /// <summary>float.</summary>
    Float,
    /// <summary>All numbers: double.</summary>
    Double,
    /// <summary>CHAR and VARCHAR: <see cref="Engine.Rows.Utf8"/>.</summary>
    Character,
    /// <summary>BINARY and VARBINARY: <see cref="Engine.Rows.Utf8"/>.</summary>
    Binary,
    /// <summary>int, days since 1970-01-01.</summary>
    Date,
    /// <summary>int, milliseconds of the day.</summary>
    Time,
    /// <summary><see cref="Engine.Rows.Timestamp"/> without a zone. A DATE is widened to it.</summary>
    Timestamp,
    /// <summary><see cref="Engine.Rows.Timestamp"/>, a moment.</summary>
    TimestampLtz,
    /// <summary>int, months.</summary>
    IntervalYearMonth,
    /// <summary>long, milliseconds.</summary>
    IntervalDayTime,
    /// <summary><see cref="Engine.Rows.ArrayView"/>.</summary>
    Array,
    /// <summary><see cref="Engine.Rows.MapView"/>.</summary>
    Map,
    /// <summary><see cref="Engine.Rows.RowView"/>.</summary>
    Row,
    /// <summary>A unit of time, written as a word: <see cref="Parsing.Syntax.TimeUnit"/>, a constant.</summary>
    Unit,
}

/// <summary>
/// One way to call a function. <paramref name="Implementation"/> is a static method whose parameters are what the families say, one
/// after the other; a parameter of type <c>T?</c> takes nulls as well, for any other one a null argument makes the result null without a call.
/// It returns what the storage of its type is (<c>T?</c> where it may be null): bool, int, long, float, double, SqlDecimal, Timestamp,
/// Utf8, ArrayView, MapView, RowView or Cell. A variadic overload takes the last parameter any number of times (also none) and
/// gets those as one array, <c>ReadOnlySpan</c> not being possible: <c>Utf8[]</c>, or <c>Utf8?[]</c> for nulls, reused between rows.
/// After them it may ask for services, by type: <see cref="Engine.Rows.ByteHeap"/> (append the text of the result there and return the view),
/// <see cref="Engine.Rows.ArrayColumn"/>, <see cref="Engine.Rows.MapColumn"/> or <see cref="Engine.Rows.RowColumn"/> of the result's type (append
/// there, return the view), <see cref="FunctionContext"/>, and <see cref="SqlType"/>[] (the argument types followed by the result's).
/// Whatever can be decided once per query from constant arguments is kept in a state object: a parameter of a class type with a public
/// constructor without parameters is made once per place of call and passed each time, not shared between tasks.
/// </summary>
/// <param name="Returns">The type of the result for the types of the arguments; NULL is added where an argument may be null.</param>
/// <param name="Deterministic">False for RAND and the clock: not folded where all arguments are constants.</param>
internal sealed record Overload(
    IReadOnlyList<Family> Parameters, Func<IReadOnlyList<SqlType>, SqlType> Returns, Delegate Implementation, bool Variadic = false, bool Deterministic = true)
{
    /// <summary>In place of <see cref="Returns"/> where the type depends on constants as well (ROUND(x, 2), TIMESTAMPADD(HOUR, ..)): the second
    /// list has each argument's value where it is a constant (boxed as its family hands it over), null where it is not.</summary>
    public Func<IReadOnlyList<SqlType>, IReadOnlyList<object?>, SqlType>? ReturnsFor { get; init; }

    /// <summary>Whether this way to call is meant, by the same list of constants; null means that the families decide alone.</summary>
    public Func<IReadOnlyList<object?>, bool>? When { get; init; }

    /// <summary>Whether the types of the arguments as they were given (NULL for a bare one) go together; null where the families say enough.</summary>
    public Func<IReadOnlyList<SqlType>, bool>? Fits { get; init; }

    /// <summary>Throws a <see cref="Engine.Errors.DataException"/> for constants that no row can be computed with, so that the statement is refused when
    /// it is compiled: an unknown time zone, a pattern with an unknown letter.</summary>
    public Action<IReadOnlyList<object?>>? Check { get; init; }
}

/// <summary>A function by its name, in upper case, and other names for the same.</summary>
internal sealed record ScalarFunction(string Name, IReadOnlyList<Overload> Overloads, params IReadOnlyList<string> Aliases);
