using FsCheck;
using FsCheck.Fluent;

namespace Sluice.Tests.Redis.Fuzz;

/// <summary>Holds a property against a fixed number of random cases. What fails says the smallest case found and its seed.</summary>
internal static class Property
{
    private const ulong Seed = 20260731;

    /// <summary>The two numbers of a seed as a failure prints it; without it, the same cases each time.</summary>
    private const string SeedVariable = "SLUICE_FUZZ_SEED";

    /// <summary>How many times as many cases.</summary>
    private const string TimesVariable = "SLUICE_FUZZ_TIMES";

    public static void Holds<T>(Arbitrary<T> arbitrary, int cases, Action<T> check)
    {
        var seed = (Environment.GetEnvironmentVariable(SeedVariable) is { Length: > 0 } given ? given : $"{Seed},{Seed | 1}").Split(',').Select(ulong.Parse).ToArray();
        var times = int.TryParse(Environment.GetEnvironmentVariable(TimesVariable), out var more) ? more : 1;
        var config = Config.QuickThrowOnFailure.WithMaxTest(cases * times).WithEndSize(48).WithQuietOnSuccess(true).WithReplay(seed[0], seed[1]);
        Check.One(config, Prop.ForAll(arbitrary, check));
    }
}
