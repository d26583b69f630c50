using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sluice.Engine.Execution;

namespace Sluice.Cli.Output;

/// <summary>The summary as one JSON object on one line. The names are a contract: others script them.</summary>
internal static class SummaryJson
{
    /// <param name="commands">What a dry run would have sent, or null where it was none.</param>
    /// <param name="resume">The command line that continues the job, or null where there is nothing to continue.</param>
    public static void Write(JobSummary summary, TextWriter to, IReadOnlyList<string>? commands = null, string? resume = null)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("status", NameOf(summary.Status));
            json.WriteString("error", summary.Error);
            json.WriteNumber("rowsRead", summary.RowsRead);
            json.WriteNumber("rowsWritten", summary.RowsWritten);
            json.WriteNumber("rowsSkipped", summary.RowsSkipped);
            json.WriteNumber("rowsDirty", summary.RowsDirty);
            json.WriteNumber("rowsUnknown", summary.RowsUnknown);
            json.WriteNumber("bytesOut", summary.BytesOut);
            WriteNumber(json, "seconds", Math.Round(summary.Elapsed.TotalSeconds, 3));
            WriteNumber(json, "rowsPerSecond", Math.Round(summary.RowsPerSecond, 1));
            json.WriteNumber("retries", summary.Retries);
            json.WriteString("dirtyRecordsFile", summary.DirtyRecordsFile);
            json.WriteString("resume", resume);
            json.WriteStartObject("metrics");
            foreach (var (name, value) in summary.Metrics)
            {
                WriteNumber(json, name, value);
            }

            json.WriteEndObject();
            WriteCommands(json, commands);
            json.WriteEndObject();
        }

        to.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    public static string NameOf(JobStatus status) => status switch
    {
        JobStatus.Succeeded => "succeeded",
        JobStatus.Refused => "refused",
        JobStatus.DirtyLimit => "dirty-limit",
        JobStatus.Stopped => "stopped",
        _ => "failed",
    };

    private static void WriteCommands(Utf8JsonWriter json, IReadOnlyList<string>? commands)
    {
        if (commands is null)
        {
            return;
        }

        json.WriteStartArray("commands");
        foreach (var command in commands)
        {
            json.WriteStringValue(command);
        }

        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
