using Sluice.Engine.Types;

namespace Sluice.Sql.Expressions.Casts;

/// <summary>What to write in place of a cast that there is not.</summary>
internal static class CastHints
{
    public static string Refusal(SqlType from, SqlType to)
    {
        var hint = (from, to) switch
        {
            ({ IsNumeric: true }, { IsTimestamp: true }) => "; TO_TIMESTAMP_LTZ(seconds, 0) makes a timestamp of a number",
            ({ IsTimestamp: true }, { IsNumeric: true }) => "; UNIX_TIMESTAMP(CAST(... AS STRING)) gives the seconds since 1970",
            ({ IsNumeric: true }, { Kind: TypeKind.Boolean }) => "; compare it: ... <> 0",
            ({ IsCharacter: true }, { IsScalar: false }) => "; JSON_VALUE and JSON_QUERY read JSON texts",
            _ => "",
        };
        return $"{from} cannot be CAST to {to}{hint}";
    }
}
