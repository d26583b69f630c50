using System.Runtime.CompilerServices;

namespace Sluice.Connectors.Redis.Writes;

/// <summary><c>hash</c>/<c>hset</c>, <c>hmset</c>: a field and its value, or with <c>column</c> a field per named source column;
/// a null leaves its field out (S-15).</summary>
internal sealed class HashWrite(string? command = null) : PairWrite("hash", ["hset", "hmset"], command)
{
    public override (string First, string Second) PairNames => ("field", "value");

    public override bool TakesColumns => true;

    public override WriteMode With(string command) => new HashWrite(command);

    public override string Describe(IReadOnlyList<string> values, IReadOnlyList<string> fields) => fields.Count == 0
        ? base.Describe(values, fields)
        : string.Join(' ', fields.Zip(values, (field, value) => $"{field} {value}"));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override int Arguments(WriteBlock block, int first, int count)
    {
        if (block.Fields.Length == 0)
        {
            return base.Arguments(block, first, count);
        }

        var given = 0;
        foreach (var row in block.Order.AsSpan(first, count))
        {
            foreach (var value in block.Values)
            {
                given += value.Length[row] >= 0 ? 1 : 0;
            }
        }

        return 2 * given;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void WriteArguments(WriteBlock block, int first, int count)
    {
        if (block.Fields.Length == 0)
        {
            base.WriteArguments(block, first, count);
            return;
        }

        var (to, fields, values) = (block.Writer, block.Fields, block.Values);
        foreach (var row in block.Order.AsSpan(first, count))
        {
            for (var i = 0; i < values.Length; i++)
            {
                if (values[i].Length[row] >= 0)
                {
                    to.Raw(fields[i]);
                    to.Bulk(values[i], row);
                }
            }
        }
    }
}
