using System.Text;
using Sluice.Connectors.Redis;
using Sluice.Redis.Protocol;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.RedisWriter;

/// <summary>What <c>--dry-run</c> prints is what redis-cli takes.</summary>
[Collection(RedisCollection.Name)]
public sealed class CommandLineTests(RedisServer redis)
{
    [Fact]
    public async Task Redis_cli_reads_the_printed_commands_as_the_bytes_that_they_were()
    {
        redis.Command("FLUSHALL");
        byte[] Value(int seed)
        {
            var random = new Random(seed);
            var bytes = new byte[random.Next(12)];
            random.NextBytes(bytes);
            return seed % 3 == 0 ? bytes : seed % 3 == 1 ? [.. bytes.Select(b => (byte)(b % 128))] : Encoding.UTF8.GetBytes("é 😀\"'\\" + seed);
        }

        var lines = new StringBuilder();
        for (var i = 0; i < 500; i++)
        {
            var writer = new RespWriter();
            writer.Begin(3);
            writer.Bulk("SET"u8);
            writer.Bulk(Encoding.ASCII.GetBytes($"k{i}"));
            writer.Bulk(Value(i));
            lines.Append(CommandText.Of(writer.Span)).Append('\n');
        }

        await ServerProcess.RunAsync("redis-cli", "redis-tools", ["-p", $"{redis.Port}"], lines.ToString());
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal(Value(i), (byte[])redis.CommandBytes("GET"u8.ToArray(), Encoding.ASCII.GetBytes($"k{i}"))!);
        }
    }
}
