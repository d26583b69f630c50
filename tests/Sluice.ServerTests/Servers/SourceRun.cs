using System.Text;
using System.Text.Json;
using Sluice.Connectors;
using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;

namespace Sluice.ServerTests.Servers;

/// <summary>Makes a source from JSON parameters, as a job script would, and reads it.</summary>
internal static class SourceRun
{
    public static ISource Create(string plugin, string json, string? dataSources = null, List<string>? warnings = null, string baseDirectory = "/", bool strict = false)
    {
        var report = new Report(strict, w => warnings?.Add(w));
        var named = dataSources is null ? null : Parse(dataSources, "datasources.json");
        var context = new ConnectorContext(1, baseDirectory, TimeProvider.System, report,
            (name, type) => named?.Find(name.Text)?.Find(type) ?? throw new ConfigException(name.Place, $"there is no data source '{name.Text}' for {type}"));
        var factory = BuiltIn.Connectors.Single(c => c.Name == plugin || c.Aliases.Contains(plugin)).Source!;
        return factory.Create(new OptionBag(Parse(json, "job.json"), report), context);
    }

    /// <summary>All rows, each value as text (bytes that are no UTF-8 as U+FFFD), null as null; splits one after the other.</summary>
    public static async Task<List<string?[]>> ReadAsync(ISource source, int parallelism = 1)
    {
        var (_, rows) = await ReadSplitsAsync(source, parallelism);
        return [.. rows.SelectMany(r => r.Value)];
    }

    public static async Task<(SourcePlan Plan, Dictionary<string, List<string?[]>> Rows)> ReadSplitsAsync(ISource source, int parallelism = 1, BatchSize? size = null)
    {
        var plan = await source.PrepareAsync(parallelism, TestContext.Current.CancellationToken);
        var pool = new RowBatchPool(plan.Schema, size ?? BatchSize.Of(1000));
        var rows = new Dictionary<string, List<string?[]>>();
        foreach (var split in plan.Splits)
        {
            rows.Add(split.Id, []);
            await using var reader = source.Open(split, ReaderContext.Of(pool));
            while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } batch)
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    rows[split.Id].Add([.. batch.Texts.Select(c => c.IsNull(i) ? null : Encoding.UTF8.GetString(c[i]))]);
                }

                Assert.Equal(rows[split.Id].Count, batch.End.Ordinal);
                batch.Dispose();
            }
        }

        return (plan, rows);
    }

    public static OptionNode Parse(string json, string file)
    {
        using var document = JsonDocument.Parse(json);
        return Node(document.RootElement, file, "");
    }

    private static OptionNode Node(JsonElement element, string file, string path)
    {
        var place = new Place(file, 0, 0, path);
        return element.ValueKind switch
        {
            JsonValueKind.Object => OptionNode.Map([.. element.EnumerateObject().Select(p =>
                KeyValuePair.Create(p.Name, Node(p.Value, file, path.Length == 0 ? p.Name : $"{path}.{p.Name}")))], place),
            JsonValueKind.Array => OptionNode.List([.. element.EnumerateArray().Select((e, i) => Node(e, file, $"{path}[{i}]"))], place),
            JsonValueKind.String => OptionNode.Scalar(OptionKind.Text, element.GetString()!, place),
            JsonValueKind.Number => OptionNode.Scalar(OptionKind.Number, element.GetRawText(), place),
            JsonValueKind.True or JsonValueKind.False => OptionNode.Scalar(OptionKind.Boolean, element.GetRawText(), place),
            _ => OptionNode.Scalar(OptionKind.Null, "", place),
        };
    }
}
