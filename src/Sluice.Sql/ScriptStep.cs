using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;

namespace Sluice.Sql;

/// <summary>Something that a script does when it runs. What only prepares the others (CREATE, SET, USE) is done when it is compiled.</summary>
/// <param name="Description">One line: <c>INSERT INTO redis_sink</c>.</param>
/// <param name="Place">Where the statement begins.</param>
public abstract record ScriptStep(string Description, Place Place)
{
    /// <summary>The plan as EXPLAIN shows it; null where there is none.</summary>
    public virtual string? Explain => null;
}

/// <summary>An INSERT, or a statement set with several.</summary>
public sealed record RunStep(string Description, Place Place, Plan Plan, string Text) : ScriptStep(Description, Place)
{
    public override string? Explain => Text;
}

/// <summary>A SELECT whose rows are shown: the plan's sinks are the one that was made for its columns.</summary>
/// <param name="Schema">Its columns.</param>
public sealed record SelectStep(string Description, Place Place, Plan Plan, Schema Schema, string Text) : ScriptStep(Description, Place)
{
    public override string? Explain => Text;
}

/// <summary>A text that was asked for: SHOW, DESCRIBE, EXPLAIN, SET without a value. Lines without a break at the end.</summary>
public sealed record PrintStep(string Description, Place Place, string Text) : ScriptStep(Description, Place);
