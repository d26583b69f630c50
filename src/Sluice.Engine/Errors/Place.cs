namespace Sluice.Engine.Errors;

/// <summary>Where in the user's files something stands. Lines and columns count from 1; 0 means that it is not known.</summary>
public sealed record Place(string File, int Line, int Column, string Path)
{
    public override string ToString()
    {
        var position = Line > 0 ? $"{File}:{Line}:{Column}" : File;
        return Path.Length == 0 ? position : $"{position} ({Path})";
    }
}
