using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Sql.Functions.Temporal;

/// <summary>What time it is. All rows of a batch see the same time, those of CURRENT_ROW_TIMESTAMP each their own.</summary>
internal static class ClockFunctions
{
    private static readonly SqlType s_moment = SqlType.TimestampLtz(3).NotNull();

    public static IReadOnlyList<ScalarFunction> All { get; } =
    [
        new("CURRENT_TIMESTAMP", [new([], Returning.Always(s_moment), Now, Deterministic: false)], "NOW"),
        new("PROCTIME", [new([], Returning.Always(s_moment), Now, Deterministic: false)]),
        new("CURRENT_ROW_TIMESTAMP", [new([], Returning.Always(s_moment), RowNow, Deterministic: false)]),
        new("LOCALTIMESTAMP", [new([], Returning.Always(SqlType.Timestamp(3).NotNull()), LocalNow, Deterministic: false)]),
        new("CURRENT_DATE", [new([], Returning.Date, Today, Deterministic: false)]),
        new("CURRENT_TIME", [new([], Returning.Always(SqlType.Time().NotNull()), TimeOfDay, Deterministic: false)], "LOCALTIME"),
    ];

    public static Timestamp Now(FunctionContext context) => new(context.Now);

    public static Timestamp RowNow(FunctionContext context) => new(context.Clock.GetUtcNow().ToUnixTimeMilliseconds());

    public static Timestamp LocalNow(FunctionContext context) => new(Zones.ToLocal(context.Now, context.Zone));

    public static int Today(FunctionContext context) => (int)CalendarMath.FloorDiv(Zones.ToLocal(context.Now, context.Zone), Calendar.MillisPerDay);

    /// <summary>Whole seconds: the type is TIME(0).</summary>
    public static int TimeOfDay(FunctionContext context) => CalendarMath.Rest(Zones.ToLocal(context.Now, context.Zone)) / 1000 * 1000;
}
