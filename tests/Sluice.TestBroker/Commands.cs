using System.Globalization;

namespace Sluice.TestBroker;

/// <summary>What the broker can be told. The answer is <c>ok</c>, or what is wrong.</summary>
internal static class Commands
{
    public static string Run(MockCluster cluster, string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            var error = words switch
            {
                ["create", var topic, var partitions] => cluster.Create(topic, Number(partitions)),
                ["down"] => cluster.SetDown(true),
                ["up"] => cluster.SetDown(false),
                ["delay", var milliseconds] => cluster.Delay(Number(milliseconds)),
                ["errors", var api, .. var codes] => cluster.PushErrors((short)Number(api), [.. codes.Select(Number)]),
                ["topic-error", var topic, var code] => cluster.SetTopicError(topic, Number(code)),
                _ => throw new ArgumentException("create TOPIC PARTITIONS, down, up, delay MS, errors API CODE..., topic-error TOPIC CODE"),
            };
            return error == 0 ? "ok" : string.Create(CultureInfo.InvariantCulture, $"error {error}");
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            return $"'{line}': {e.Message}";
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
