using System.Text;
using System.Text.RegularExpressions;
using Sluice.Engine.Rows;
using Sluice.Sql.Expressions.Patterns;

namespace Sluice.Tests.Sql.Expressions;

public sealed class LikePatternTests
{
    /// <summary>Every pattern of up to five of a, é, _ and % against every text of up to five of a and é: a regular expression decides.</summary>
    [Fact]
    public void A_pattern_matches_what_its_regular_expression_matches()
    {
        var texts = Words("aé", 5).ToList();
        foreach (var pattern in Words("aé_%", 4))
        {
            var like = new LikePattern(Encoding.UTF8.GetBytes(pattern), null);
            var regex = new Regex("^" + pattern.Replace('_', '.').Replace("%", ".*", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant);
            foreach (var text in texts)
            {
                Assert.True(regex.IsMatch(text) == like.Matches(Utf8.Of(text)), $"'{text}' LIKE '{pattern}'");
            }
        }
    }

    private static IEnumerable<string> Words(string letters, int most) => most == 0
        ? [""]
        : Words(letters, most - 1).SelectMany(w => w.Length == most - 1 ? letters.Select(c => w + c).Append(w) : [w]);
}
