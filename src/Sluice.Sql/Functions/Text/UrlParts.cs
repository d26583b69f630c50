using Sluice.Engine.Rows;

namespace Sluice.Sql.Functions.Text;

/// <summary>The parts of a URL as Java's URL class names them, all of them slices of its text.</summary>
internal struct UrlParts
{
    public Utf8 Protocol { get; private set; }

    public Utf8 Host { get; private set; }

    public Utf8 Path { get; private set; }

    /// <summary>The path with its query.</summary>
    public Utf8 File { get; private set; }

    public Utf8? Authority { get; private set; }

    public Utf8? UserInfo { get; private set; }

    public Utf8? Query { get; private set; }

    /// <summary>What follows #.</summary>
    public Utf8? Reference { get; private set; }

    /// <returns>False for a text without a protocol, with one that Java does not know, or with a port that is no number.</returns>
    public static bool TryParse(Utf8 text, out UrlParts parts)
    {
        parts = new UrlParts { Host = Utf8.Empty };
        var url = TrimFunctions.TrimBlanks(text);
        var colon = url.Span.IndexOf((byte)':');
        if (colon <= 0 || !IsKnown(url.Span[..colon]))
        {
            return false;
        }

        parts.Protocol = url.Slice(0, colon);
        var rest = url.Slice(colon + 1, url.Length - colon - 1);
        var hash = rest.Span.IndexOf((byte)'#');
        if (hash >= 0)
        {
            parts.Reference = rest.Slice(hash + 1, rest.Length - hash - 1);
            rest = rest.Slice(0, hash);
        }

        if (rest.Span.StartsWith("//"u8) && !rest.Span.StartsWith("////"u8))
        {
            var length = rest.Span[2..].IndexOfAny((byte)'/', (byte)'?');
            var authority = rest.Slice(2, length < 0 ? rest.Length - 2 : length);
            rest = rest.Slice(2 + authority.Length, rest.Length - 2 - authority.Length);
            parts.Authority = authority;
            if (!parts.ReadAuthority(authority))
            {
                return false;
            }
        }

        parts.File = rest;
        var mark = rest.Span.IndexOf((byte)'?');
        parts.Query = mark < 0 ? null : rest.Slice(mark + 1, rest.Length - mark - 1);
        parts.Path = mark < 0 ? rest : rest.Slice(0, mark);
        return true;
    }

    private static bool IsKnown(ReadOnlySpan<byte> protocol) => protocol.Length <= 5 && System.Text.Encoding.ASCII.GetString(protocol).ToLowerInvariant() is
        "http" or "https" or "ftp" or "file" or "jar";

    private bool ReadAuthority(Utf8 authority)
    {
        var at = authority.Span.IndexOf((byte)'@');
        if (at >= 0)
        {
            UserInfo = authority.Slice(0, at);
            authority = authority.Slice(at + 1, authority.Length - at - 1);
        }

        var bracket = authority.Span.LastIndexOf((byte)']');
        var colon = authority.Span[(bracket + 1)..].IndexOf((byte)':');
        Host = colon < 0 ? authority : authority.Slice(0, bracket + 1 + colon);
        if (colon >= 0)
        {
            foreach (var digit in authority.Span[(bracket + 2 + colon)..])
            {
                if (!char.IsAsciiDigit((char)digit))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
