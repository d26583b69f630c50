using System.Globalization;
using Sluice.Bench;

// Speed of single pieces, without servers where no port is given: dotnet run -c Release --project bench/Sluice.Bench -- decode
switch (args)
{
    case ["decode"]:
        DecodeBench.Run(messages: 1_000_000, rounds: 5);
        return 0;
    case ["decode", var messages] when int.TryParse(messages, out var count) && count > 0:
        DecodeBench.Run(count, rounds: 5);
        return 0;
    case ["lookup-hit"]:
        await LookupBench.RunAsync();
        return 0;
    case ["lookup-miss", var port]:
        await RedisLookupBench.MissAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["lookup-hash", var port]:
        await RedisLookupBench.HashAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return 0;
    case ["lookup-all", var port, var kind]:
        await RedisLookupBench.AllAsync(int.Parse(port, CultureInfo.InvariantCulture), kind);
        return 0;
    case ["script", var script]:
        return await ScriptBench.RunAsync(script);
    default:
        await Console.Error.WriteLineAsync("usage: Sluice.Bench decode [MESSAGES] | lookup-hit | lookup-miss PORT | lookup-hash PORT | lookup-all PORT strings|hashes|one | script SCRIPT.sql");
        return 2;
}
