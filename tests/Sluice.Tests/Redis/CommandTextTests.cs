using System.Text;
using Sluice.Connectors.Redis;
using Sluice.Redis.Protocol;

namespace Sluice.Tests.Redis;

public sealed class CommandTextTests
{
    private static string Line(params IEnumerable<byte[]> arguments)
    {
        var writer = new RespWriter();
        writer.Begin(arguments.Count());
        foreach (var argument in arguments)
        {
            writer.Bulk(argument);
        }

        return CommandText.Of(writer.Span);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("{é}😀:1", "{é}😀:1")]
    [InlineData("", "\"\"")]
    [InlineData("a b", "\"a b\"")]
    [InlineData("say \"hi\"", "\"say \\\"hi\\\"\"")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("back\\slash", "\"back\\\\slash\"")]
    [InlineData("\u0001\n\r\t\u007f", "\"\\x01\\n\\r\\t\\x7f\"")]
    public void Arguments_are_quoted_as_redis_cli_reads_them(string argument, string expected) =>
        Assert.Equal("SET " + expected, Line("SET"u8.ToArray(), Encoding.UTF8.GetBytes(argument)));

    [Fact]
    public void Bytes_that_are_no_text_are_spelled_out() => Assert.Equal("\"\\xff\\x00a\\\"\"", Line([0xff, 0, (byte)'a', (byte)'"']));

    [Fact]
    public void Any_bytes_come_back_through_the_rules_of_redis_cli()
    {
        for (var seed = 0; seed < 5000; seed++)
        {
            var random = new Random(seed);
            var arguments = Enumerable.Range(0, random.Next(1, 5)).Select(_ =>
            {
                var bytes = new byte[random.Next(8)];
                random.NextBytes(bytes);
                return random.Next(2) == 0 ? bytes : [.. bytes.Select(b => (byte)(b % 128))];
            }).ToList();
            Assert.Equal(arguments, Split(Encoding.UTF8.GetBytes(Line(arguments))));
        }
    }

    /// <summary>sdssplitargs of Redis, as far as double quotes go.</summary>
    private static List<byte[]> Split(byte[] line)
    {
        var arguments = new List<byte[]>();
        for (var i = 0; i < line.Length; i++)
        {
            var argument = new List<byte>();
            if (line[i] != '"')
            {
                for (; i < line.Length && line[i] != ' '; i++)
                {
                    argument.Add(line[i]);
                }
            }
            else
            {
                for (i++; line[i] != '"'; i++)
                {
                    if (line[i] == '\\' && line[i + 1] == 'x')
                    {
                        argument.Add(Convert.ToByte(Encoding.ASCII.GetString(line, i + 2, 2), 16));
                        i += 3;
                    }
                    else if (line[i] == '\\')
                    {
                        i++;
                        argument.Add(line[i] switch { (byte)'n' => 10, (byte)'r' => 13, (byte)'t' => 9, var other => other });
                    }
                    else
                    {
                        argument.Add(line[i]);
                    }
                }

                i++;
            }

            arguments.Add([.. argument]);
        }

        return arguments;
    }
}
