using Sluice.Engine.Rows;

namespace Sluice.Engine.Execution;

/// <summary>The caps of a job: bytes and rows, either of which may be absent.</summary>
internal sealed record Throttles(Throttle? Bytes, Throttle? Rows)
{
    public static Throttles Of(JobSettings settings, TimeProvider clock) => new(
        settings.BytesPerSecond is { } bytes ? new Throttle(bytes, clock) : null,
        settings.RowsPerSecond is { } rows ? new Throttle(rows, clock) : null);

    public async ValueTask WaitAsync(RowBatch batch, CancellationToken stop)
    {
        if (Bytes is not null)
        {
            await Bytes.WaitAsync(batch.ValueBytes, stop);
        }

        if (Rows is not null)
        {
            await Rows.WaitAsync(batch.Count, stop);
        }
    }
}
