using System.Runtime.CompilerServices;

namespace Sluice.Connectors.Redis.Writes;

/// <summary><c>string</c>/<c>set</c>: a later value replaces an earlier one. Without an expiry runs of rows go in one MSET (not in a cluster);
/// with one each key takes a SET of its own, since MSET has no expiry.</summary>
internal sealed class StringWrite(string? command = null) : JoinedWrite("string", ["set"], command)
{
    /// <summary>Measured: longer runs gain nothing, and keep the server from other clients.</summary>
    private const int KeysPerMset = 64;

    public override bool TakesColumns => true;

    public override bool Overwrites => false;

    public override int RunLength(Expiry expiry) => expiry.IsNone ? KeysPerMset : 1;

    public override WriteMode With(string command) => new StringWrite(command);

    public override void Encode(WriteBlock block)
    {
        foreach (var (first, count) in block.Groups)
        {
            Data(block, first, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Data(WriteBlock block, int first, int count)
    {
        var to = block.Writer;
        var keys = block.Keys;
        if (count > 1)
        {
            to.Begin(1 + (2 * count));
            to.Raw("$4\r\nMSET\r\n"u8);
        }
        else
        {
            to.Begin(block.Expiry.IsNone ? 3 : 5);
            to.Raw("$3\r\nSET\r\n"u8);
        }

        foreach (var row in block.Order.AsSpan(first, count))
        {
            to.Bulk(keys, row);
            block.WriteValue(row);
        }

        if (!block.Expiry.IsNone)
        {
            to.Bulk(block.Expiry.SetWord);
            to.Bulk(block.Expiry.Argument);
        }

        block.EndCommand(CommandKind.Data, first, count);
    }
}
