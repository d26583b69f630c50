using System.Text;
using Sluice.Connectors.MySql.Native;

namespace Sluice.Connectors.MySql.Slicing;

/// <summary>Texts that probably lie evenly between two keys. They need not exist, nor be in order: a poor guess makes slices
/// of unequal size, never a wrong one.</summary>
internal static class TextCandidates
{
    /// <summary>Characters after the common beginning that are looked at.</summary>
    private const int Digits = 6;

    private const string Numbers = "0123456789";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>From the smallest to the largest: keys are mostly numbers, hexadecimal, or letters and digits.</summary>
    private static readonly string[] s_alphabets =
    [
        Numbers, Numbers + "abcdef", Numbers + "ABCDEF", Numbers + Lower, Numbers + Upper, Numbers + Upper + Lower,
        new([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)]),
    ];

    public static IReadOnlyList<byte[]> Between(MySqlColumn column, byte[] min, byte[] max, int count) => column.IsBinary
        ? Bytes(min, max, count)
        : Texts(Runes(column, min), Runes(column, max), count);

    /// <summary>Interpolates the first eight bytes in which the ends may differ.</summary>
    private static List<byte[]> Bytes(byte[] min, byte[] max, int count)
    {
        var prefix = min.AsSpan().CommonPrefixLength(max);
        var (from, to) = (Number(min.AsSpan(prefix)), Number(max.AsSpan(prefix)));
        var candidates = new List<byte[]>();
        foreach (var value in Interpolate(from, to, count))
        {
            var candidate = new byte[prefix + sizeof(ulong)];
            min.AsSpan(0, prefix).CopyTo(candidate);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(candidate.AsSpan(prefix), (ulong)value);
            candidates.Add(candidate);
        }

        return candidates;

        static Int128 Number(ReadOnlySpan<byte> bytes)
        {
            Span<byte> padded = stackalloc byte[sizeof(ulong)];
            padded.Clear();
            bytes[..Math.Min(bytes.Length, padded.Length)].CopyTo(padded);
            return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(padded);
        }
    }

    /// <summary>Interpolates in the smallest alphabet that has the characters after the common beginning, else between code points.</summary>
    private static IReadOnlyList<byte[]> Texts(Rune[] min, Rune[] max, int count)
    {
        var prefix = min.AsSpan().CommonPrefixLength(max);
        var seen = min.Skip(prefix).Take(Digits).Concat(max.Skip(prefix).Take(Digits)).ToList();
        var start = string.Concat(min.Take(prefix).Select(r => r.ToString()));
        if (s_alphabets.FirstOrDefault(a => seen.All(r => r.IsBmp && a.Contains((char)r.Value, StringComparison.Ordinal))) is { } alphabet)
        {
            return [.. Interpolate(Number(min), Number(max), count).Select(v => Encoding.UTF8.GetBytes(start + Write(v)))];
        }

        var (from, to) = (prefix < min.Length ? min[prefix].Value : 0, prefix < max.Length ? max[prefix].Value : 0);
        return [.. Interpolate(from, to, count).Where(v => Rune.IsValid((int)v)).Select(v => Encoding.UTF8.GetBytes(start + new Rune((int)v)))];

        Int128 Number(Rune[] text) =>
            Enumerable.Range(prefix, Digits).Aggregate((Int128)0, (sum, i) => (sum * alphabet.Length) + (i < text.Length ? alphabet.IndexOf((char)text[i].Value, StringComparison.Ordinal) : 0));

        string Write(Int128 value)
        {
            var digits = new char[Digits];
            for (var i = Digits - 1; i >= 0; i--)
            {
                digits[i] = alphabet[(int)(value % alphabet.Length)];
                value /= alphabet.Length;
            }

            return new string(digits);
        }
    }

    private static IEnumerable<Int128> Interpolate(Int128 from, Int128 to, int count) =>
        Enumerable.Range(1, count).Select(i => from + ((to - from) * i / (count + 1))).Distinct();

    /// <summary>Most collations ignore case, so it must not decide what lies between.</summary>
    private static Rune[] Runes(MySqlColumn column, byte[] utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        return [.. (column.Flags.HasFlag(MySqlFieldFlags.Binary) ? text : text.ToLowerInvariant()).EnumerateRunes()];
    }
}
