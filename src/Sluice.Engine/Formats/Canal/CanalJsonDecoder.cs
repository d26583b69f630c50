using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats.Json;
using Sluice.Engine.Rows;

namespace Sluice.Engine.Formats.Canal;

/// <summary>The rows of a change: each element of data is one, and for an update the element of old at the same place holds what the
/// changed fields were before.</summary>
internal sealed class CanalJsonDecoder(JsonSettings settings, Regex? databases, Regex? tables, IReadOnlyList<FormatColumn> columns) : JsonMessageDecoder(settings)
{
    private static readonly byte[][] s_change = ["data"u8.ToArray(), "old"u8.ToArray(), "type"u8.ToArray(), "database"u8.ToArray(), "table"u8.ToArray()];

    private readonly JsonObject _row = JsonObject.Of(columns, settings);
    private readonly NameFilter? _databases = databases is null ? null : new NameFilter(databases);
    private readonly NameFilter? _tables = tables is null ? null : new NameFilter(tables);

    protected override int DecodeText(ReadOnlySpan<byte> message, RowBatch into)
    {
        Span<JsonSlice> slices = stackalloc JsonSlice[5];
        JsonSlice.Find(ReaderOf(message), s_change, slices);
        if (!IsTaken(_databases, slices[3], "database", message) || !IsTaken(_tables, slices[4], "table", message))
        {
            return 0;
        }

        var type = slices[2].TextIn(message);
        if (type.SequenceEqual("INSERT"u8))
        {
            return ReadRows(slices[0], RowKind.Insert, message, into);
        }

        if (type.SequenceEqual("DELETE"u8))
        {
            return ReadRows(slices[0], RowKind.Delete, message, into);
        }

        if (type.SequenceEqual("UPDATE"u8))
        {
            return ReadUpdates(slices[0], slices[1], message, into);
        }

        return IsHarmless(type)
            ? 0
            : throw new DataException(type.IsEmpty ? "it has no 'type'" : $"its type \"{Unreadable.Show(type)}\" is none of INSERT, UPDATE, DELETE");
    }

    /// <summary>Statements that change no row. TRUNCATE and ERASE remove them all, which no row can say.</summary>
    private static bool IsHarmless(ReadOnlySpan<byte> type) => type.SequenceEqual("CREATE"u8) || type.SequenceEqual("ALTER"u8)
        || type.SequenceEqual("RENAME"u8) || type.SequenceEqual("CINDEX"u8) || type.SequenceEqual("DINDEX"u8);

    private static bool IsTaken(NameFilter? filter, JsonSlice name, string field, ReadOnlySpan<byte> message)
    {
        if (filter is null)
        {
            return true;
        }

        return name.Kind == JsonTokenType.String
            ? filter.Takes(name.In(message))
            : throw new DataException($"it has no '{field}', which 'canal-json.{field}.include' asks for");
    }

    private int ReadRows(JsonSlice data, RowKind kind, ReadOnlySpan<byte> message, RowBatch into)
    {
        var reader = Elements(data, "data", message);
        var rows = 0;
        while (TryNext(ref reader, "data"))
        {
            into.Grow(into.Count + rows + 1);
            _row.Read(ref reader, into.Columns, into.Count + rows++);
        }

        for (var i = 0; i < rows; i++)
        {
            into.SetKind(into.Count + i, kind);
        }

        return rows;
    }

    private int ReadUpdates(JsonSlice data, JsonSlice old, ReadOnlySpan<byte> message, RowBatch into)
    {
        var after = Elements(data, "data", message);
        var before = Elements(old, "old", message);
        var rows = 0;
        while (TryNext(ref after, "data"))
        {
            if (!TryNext(ref before, "old"))
            {
                throw new DataException("its \"old\" has fewer elements than its \"data\"");
            }

            var row = into.Count + rows;
            into.Grow(row + 2);
            _row.Read(ref after, into.Columns, row + 1);
            _row.Read(ref before, into.Columns, row, fallback: row + 1);
            rows += 2;
        }

        for (var i = 0; i < rows; i += 2)
        {
            into.SetKind(into.Count + i, RowKind.UpdateBefore);
            into.SetKind(into.Count + i + 1, RowKind.UpdateAfter);
        }

        return rows;
    }

    private static Utf8JsonReader Elements(JsonSlice array, string name, ReadOnlySpan<byte> message)
    {
        if (array.Kind != JsonTokenType.StartArray)
        {
            throw new DataException($"its \"{name}\" is no array");
        }

        var reader = ReaderOf(array.In(message));
        reader.Read();
        return reader;
    }

    private static bool TryNext(ref Utf8JsonReader reader, string name)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.EndArray => false,
            JsonTokenType.StartObject => true,
            _ => throw new DataException($"its \"{name}\" holds something else than objects"),
        };
    }
}
