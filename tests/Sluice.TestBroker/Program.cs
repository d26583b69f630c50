using Sluice.TestBroker;

// A Kafka broker for tests and benchmarks: prints its address, then obeys one command per line until its input ends.
using var cluster = new MockCluster();
Console.WriteLine(cluster.Bootstrap);
while (Console.ReadLine() is { } line)
{
    Console.WriteLine(Commands.Run(cluster, line));
}
