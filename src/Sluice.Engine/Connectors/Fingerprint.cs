using System.Security.Cryptography;
using System.Text;

namespace Sluice.Engine.Connectors;

/// <summary>What decides which rows of a job go where and how, as named hashes: two runs of a job are the same where all of them are
/// equal, and where not, the differing ones can be named (S-27b).</summary>
public sealed class Fingerprint
{
    private const int HashDigits = 16;

    private readonly IReadOnlyList<KeyValuePair<string, string>> _hashes;

    private Fingerprint(IReadOnlyList<KeyValuePair<string, string>> hashes) => _hashes = hashes;

    /// <param name="parts">Names and what they stand for; only a hash of it is kept.</param>
    public static Fingerprint Of(IEnumerable<KeyValuePair<string, string>> parts) =>
        new([.. parts.Select(p => KeyValuePair.Create(p.Key, Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(p.Value)))[..HashDigits]))]);

    /// <summary>What <see cref="ToString"/> gave; null for any other text.</summary>
    public static Fingerprint? Parse(string text)
    {
        var hashes = new List<KeyValuePair<string, string>>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length <= HashDigits || line[HashDigits] != ' ' || !line[..HashDigits].All(char.IsAsciiHexDigitUpper))
            {
                return null;
            }

            hashes.Add(KeyValuePair.Create(line[(HashDigits + 1)..], line[..HashDigits]));
        }

        return new Fingerprint(hashes);
    }

    /// <summary>The names of the parts that differ, or that only one of the two has; empty where both are the same.</summary>
    public IReadOnlyList<string> DifferencesFrom(Fingerprint other) =>
        [.. _hashes.Except(other._hashes).Concat(other._hashes.Except(_hashes)).Select(p => p.Key).Distinct()];

    /// <summary>One line for each part: its hash, a space, its name.</summary>
    public override string ToString() => string.Join('\n', _hashes.Select(h => $"{h.Value} {h.Key}"));
}
