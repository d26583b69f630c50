using System.Text.RegularExpressions;
using Sluice.Sql.Functions;
using Sluice.Tests.Architecture;

namespace Sluice.Tests.Sql.Functions;

/// <summary>docs/sql-functions.md says of every function whether it is supported, and what it says is so.</summary>
public partial class FunctionDocumentationTests
{
    /// <summary>Forms of the language that look like functions: the binder's own.</summary>
    private static readonly string[] s_forms =
        ["CASE", "CAST", "COALESCE", "IF", "IFNULL", "JSON_ARRAY", "JSON_EXISTS", "JSON_OBJECT", "JSON_QUERY", "JSON_VALUE", "NULLIF", "TRY_CAST"];

    private static readonly (string Name, bool IsSupported)[] s_documented =
        [.. File.ReadLines(Repository.PathOf("docs/sql-functions.md")).Select(l => Row().Match(l)).Where(m => m.Success)
            .SelectMany(m => Name().Matches(m.Groups["names"].Value).Select(n => (n.Groups["name"].Value, m.Groups["supported"].Value == "yes")))];

    [Fact]
    public void What_is_documented_as_supported_is_what_there_is() => Assert.Equal(
        FunctionTable.Names.Concat(s_forms).Order(StringComparer.Ordinal),
        s_documented.Where(d => d.IsSupported).Select(d => d.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void What_is_documented_as_not_supported_is_not_there() =>
        Assert.Empty(s_documented.Where(d => !d.IsSupported && FunctionTable.Find(d.Name) is not null));

    [Fact]
    public void A_function_is_found_whatever_its_case()
    {
        Assert.Same(FunctionTable.Find("SUBSTRING"), FunctionTable.Find("substr"));
        Assert.Null(FunctionTable.Find("SUBSTRINGS"));
    }

    [GeneratedRegex(@"^\| (?<names>.*) \| (?<supported>yes|no) \|")]
    private static partial Regex Row();

    /// <summary>A name that stands alone in code.</summary>
    [GeneratedRegex("`(?<name>[A-Z][A-Z0-9_]*)`")]
    private static partial Regex Name();
}
