namespace Sluice.Engine.Rows;

/// <summary>What a row does to the table that its stream describes: Flink's <c>+I</c>, <c>-U</c>, <c>+U</c>, <c>-D</c>.</summary>
public enum RowKind : byte
{
    Insert,
    UpdateBefore,
    UpdateAfter,
    Delete,
}
