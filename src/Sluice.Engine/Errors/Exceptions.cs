namespace Sluice.Engine.Errors;

/// <summary>The user must act: what was given, where, and what is allowed. Nothing has been written (exit code 2).</summary>
public sealed class ConfigException : Exception
{
    public ConfigException(Place? place, string message, Exception? inner = null)
        : base(place is null ? message : $"{place}: {message}", inner) => Place = place;

    public ConfigException(string message) : base(message)
    {
    }

    public Place? Place { get; }
}

/// <summary>The operator must act: a server could not be reached or failed (exit code 1). The message names host:port.</summary>
public sealed class EndpointException(string endpoint, string message, Exception? inner = null)
    : Exception($"{endpoint}: {message}", inner)
{
    public string Endpoint { get; } = endpoint;

    /// <summary>Whether another process has taken over what is left, so that nobody needs to act.</summary>
    public bool IsTakenOver { get; init; }
}

/// <summary>A server answers and refuses what no further attempt can change: authentication, permission, a missing command.
/// Before the first row is written that is the user's to mend (exit code 2), later it is a failure (1).</summary>
public sealed class RefusedException(string endpoint, string message, Exception? inner = null)
    : Exception($"{endpoint}: {message}", inner)
{
    public string Endpoint { get; } = endpoint;
}

/// <summary>More records than allowed were dirty (exit code 3, S-6).</summary>
public sealed class DirtyLimitException(string message) : Exception(message);

/// <summary>We must act: a bug of ours, or a peer that breaks its protocol.</summary>
public sealed class ProtocolException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A message or a value cannot be processed, and the job stops for it (exit code 1, S-23a): what a format cannot decode,
/// a failed CAST, a division by zero. The message says where it came from as soon as somebody knows.</summary>
public sealed class DataException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Of a lookup: the index of the key, in what was asked for, whose row cannot be processed; null where nobody knows. The rows that
    /// asked for it give the place.</summary>
    public int? Key { get; init; }

    /// <summary>The same, with the place of the row in front: <c>topic t, partition 3, offset 17</c>.</summary>
    public DataException At(string origin) => new($"{origin}: {Message}", this);
}
