using System.Text.Json;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Json;

/// <summary>DATE: <c>yyyy-MM-dd</c>.</summary>
internal sealed class JsonDate : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text) || !TemporalText.TryStrictDate(text, out var days))
        {
            return false;
        }

        ((ValueColumn<int>)column).Set(row, days);
        return true;
    }
}

/// <summary>TIME: <c>HH:mm:ss</c> and a fraction; what is finer than the precision is cut.</summary>
internal sealed class JsonTime(int precision) : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text) || !TemporalText.TryStrictTime(text, out var seconds, out var nanos))
        {
            return false;
        }

        ((ValueColumn<int>)column).Set(row, TemporalText.CutTime((seconds * 1000) + (nanos / 1_000_000), precision));
        return true;
    }
}

/// <summary>TIMESTAMP, and TIMESTAMP_LTZ with a <c>Z</c> at its end, in the notation that the options choose.</summary>
internal sealed class JsonTimestamp(JsonSettings settings, int precision, bool isMoment) : JsonScalar
{
    public override bool TryRead(ref Utf8JsonReader reader, Column column, int row)
    {
        if (!TryText(ref reader, out var text))
        {
            return false;
        }

        if (isMoment)
        {
            if (text.Length == 0 || text[^1] != 'Z')
            {
                return false;
            }

            text = text[..^1];
        }

        if (!TemporalText.TryStrictTimestamp(text, settings.TimestampSeparator, settings.Timestamps == TimestampStandard.Iso8601, out var value))
        {
            return false;
        }

        ((ValueColumn<Timestamp>)column).Set(row, value.Truncate(precision));
        return true;
    }
}
