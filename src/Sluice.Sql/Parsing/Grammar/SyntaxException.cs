namespace Sluice.Sql.Parsing.Grammar;

/// <summary>Ends the statement that is being parsed; it never leaves the parser.</summary>
internal sealed class SyntaxException(SqlError error) : Exception(error.Message)
{
    public SqlError Error { get; } = error;
}
