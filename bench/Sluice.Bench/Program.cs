using Sluice.Bench;

// Speed of single pieces, without servers: dotnet run -c Release --project bench/Sluice.Bench -- decode
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
    case ["script", var script]:
        return await ScriptBench.RunAsync(script);
    default:
        await Console.Error.WriteLineAsync("usage: Sluice.Bench decode [MESSAGES] | lookup-hit | script SCRIPT.sql");
        return 2;
}
