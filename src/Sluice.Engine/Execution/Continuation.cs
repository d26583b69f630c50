namespace Sluice.Engine.Execution;

/// <summary>What a run does about the positions that an earlier one left (S-27, S-27a).</summary>
public enum Continuation
{
    /// <summary>At-least-once starts from the beginning and overwrites them; exactly-once continues.</summary>
    Usual,
    /// <summary><c>--resume</c>: continues after them.</summary>
    Resume,
    /// <summary><c>--restart</c>: forgets them first.</summary>
    Restart,
}
