namespace Sluice.Sql.Parsing;

/// <summary>What is wrong with a script, and where. <see cref="SqlErrorText"/> renders it.</summary>
/// <param name="Span">The words the caret stands under.</param>
/// <param name="Message">One sentence without a full stop: what was found and what was expected.</param>
internal sealed record SqlError(SourceSpan Span, string Message);
