using System.Text;

namespace Sluice.Redis.Protocol;

/// <summary>What to do about an error reply.</summary>
public enum ErrorClass
{
    /// <summary>Not applied, and it will pass: send again after a while.</summary>
    Retry,
    /// <summary>The slot is served elsewhere.</summary>
    Redirect,
    /// <summary>The key holds another type.</summary>
    WrongType,
    /// <summary>This command is refused for good; others may pass.</summary>
    Record,
    /// <summary>No command will pass.</summary>
    Stop,
}

/// <summary>An error reply: its text and its class.</summary>
public readonly record struct ServerError(string Text, ErrorClass Class)
{
    private static readonly string[] s_retry =
        ["TRYAGAIN", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "READONLY", "MISCONF", "NOREPLICAS", "BUSY", "OOM", "ERR max number of clients"];

    private static readonly string[] s_stop = ["NOAUTH", "WRONGPASS", "NOPERM", "CROSSSLOT", "ERR unknown command", "ERR invalid password", "ERR Client sent AUTH", "DENIED"];

    /// <summary>What a server says where a script of ours calls what the user may not: until version 7.0, and after it.</summary>
    private static readonly string[] s_deniedInScript = ["The user executing the script ", "ACL failure in script"];

    public static ServerError Parse(ReadOnlySpan<byte> error) => Parse(Encoding.UTF8.GetString(error));

    public static ServerError Parse(string text) => new(WithoutArguments(text), Classify(Unwrap(text)));

    /// <summary>A server repeats the arguments of a command that it does not know. A password may be among them (S-5).</summary>
    private static string WithoutArguments(string text)
    {
        var arguments = text.IndexOf(", with args beginning with", StringComparison.Ordinal);
        return arguments < 0 ? text : text[..arguments];
    }

    /// <summary>Before version 7 a server put what stopped a script behind its place in the script:
    /// <c>ERR Error running script (call to f_...): @user_script:1: -OOM command not allowed ...</c>, and without the
    /// beginning where the script itself returns the error.</summary>
    private static string Unwrap(string text)
    {
        var isWrapped = text.StartsWith("ERR Error running script", StringComparison.Ordinal) || text.StartsWith("@user_script", StringComparison.Ordinal)
            || text.StartsWith("ERR @user_script", StringComparison.Ordinal);
        var code = isWrapped ? text.IndexOf(": -", StringComparison.Ordinal) : -1;
        return code < 0 ? text : text[(code + 3)..];
    }

    private static ErrorClass Classify(string text) => text switch
    {
        _ when Begins(text, "WRONGTYPE") => ErrorClass.WrongType,
        _ when Begins(text, "MOVED") || Begins(text, "ASK") => ErrorClass.Redirect,
        _ when Array.Exists(s_retry, word => Begins(text, word)) => ErrorClass.Retry,
        _ when Array.Exists(s_stop, word => Begins(text, word)) => ErrorClass.Stop,
        _ when IsDeniedInScript(text) => ErrorClass.Stop,
        _ => ErrorClass.Record,
    };

    /// <summary>Whether a script was stopped, or has passed on, that the user may not do what it calls.</summary>
    public static bool IsDeniedInScript(string text) => Array.Exists(s_deniedInScript, words => text.Contains(words, StringComparison.Ordinal));

    /// <summary>The first word is the code; a code must not match a longer one (BUSY, BUSYKEY).</summary>
    private static bool Begins(string text, string word) =>
        text.StartsWith(word, StringComparison.Ordinal) && (text.Length == word.Length || !char.IsAsciiLetterUpper(text[word.Length]));
}
