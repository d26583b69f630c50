using System.Runtime.CompilerServices;
using Sluice.Engine.Rows;
using Sluice.Redis.Protocol;

namespace Sluice.Connectors.Redis;

/// <summary>Values of a column as arguments of a command.</summary>
internal static class TextArguments
{
    /// <summary>Null is the empty text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Bulk(this RespWriter to, TextColumn column, int row) =>
        to.Bulk(column.Heap.Bytes, column.Start[row], Math.Max(0, column.Length[row]));
}
