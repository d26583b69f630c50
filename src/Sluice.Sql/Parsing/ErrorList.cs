namespace Sluice.Sql.Parsing;

/// <summary>The errors found so far: a script with several reports them all.</summary>
internal sealed class ErrorList
{
    private readonly List<SqlError> _errors = [];

    public IReadOnlyList<SqlError> Errors => _errors;

    public int Count => _errors.Count;

    /// <param name="message">One sentence without a full stop.</param>
    public void Add(SourceSpan span, string message) => Add(new SqlError(span, message));

    /// <summary>The same words are not complained about twice.</summary>
    public void Add(SqlError error)
    {
        if (!_errors.Contains(error))
        {
            _errors.Add(error);
        }
    }
}
