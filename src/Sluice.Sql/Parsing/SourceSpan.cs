namespace Sluice.Sql.Parsing;

/// <summary>A stretch of a <see cref="SourceText"/>, in UTF-16 units of its text after the placeholders were replaced.</summary>
internal readonly record struct SourceSpan(int Start, int Length)
{
    public int End => Start + Length;

    /// <summary>From the start of the one to the end of the other.</summary>
    public static SourceSpan Between(SourceSpan first, SourceSpan last) => new(first.Start, Math.Max(first.Length, last.End - first.Start));
}
