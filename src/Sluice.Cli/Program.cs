using Sluice.Cli;

await using var shell = Shell.OfProcess();
return await shell.CloseAsync(await CommandLine.RunAsync(args, shell));
