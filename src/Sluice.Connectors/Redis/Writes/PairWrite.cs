using System.Runtime.CompilerServices;

namespace Sluice.Connectors.Redis.Writes;

/// <summary>A command that takes any number of pairs for its key: <c>HSET k f v f v</c>.</summary>
internal abstract class PairWrite(string type, IReadOnlyList<string> commands, string? command) : WriteMode(type, commands, command)
{
    public override ValueShape Shape => ValueShape.Pair;

    public override string Describe(IReadOnlyList<string> values, IReadOnlyList<string> fields) => $"{values[0]} {values[1]}";

    protected override int Arguments(WriteBlock block, int first, int count) => 2 * count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void WriteArguments(WriteBlock block, int first, int count)
    {
        var (to, left, right) = (block.Writer, block.Values[0], block.Values[1]);
        foreach (var row in block.Order.AsSpan(first, count))
        {
            to.Bulk(left, row);
            to.Bulk(right, row);
        }
    }
}
