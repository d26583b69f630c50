using System.CommandLine;
using System.CommandLine.Parsing;
using Sluice.Engine.Connectors;

namespace Sluice.Cli.Commands;

/// <summary>The command line that continues a run: the one that was given, and what makes it the same instance at another time.</summary>
internal static class ResumeCommandLine
{
    private const string Resume = "--resume";
    private const string Restart = "--restart";

    /// <param name="resumes">Whether the command has <c>--resume</c>; else being run again is enough.</param>
    public static string Of(ParseResult parsed, JobInstance? instance, bool resumes)
    {
        var words = new List<string> { "sluice" };
        var previous = "";
        foreach (var token in parsed.Tokens)
        {
            if (token.Value is not (Resume or Restart) || token.Type != TokenType.Option)
            {
                words.Add(previous is ParameterOption.Word ? Parameter(token.Value, instance) : Quoted(token.Value));
            }

            previous = token.Type == TokenType.Option ? token.Value : "";
        }

        foreach (var (option, argument) in (instance?.FromClock ?? []).Select(c => (c.Option, c.Argument)).Distinct())
        {
            words.AddRange([option, argument]);
        }

        return string.Join(' ', resumes ? words.Append(Resume) : words);
    }

    /// <summary>The value only of what stands in the key of the positions anyway: any other may be a password.</summary>
    private static string Parameter(string given, JobInstance? instance)
    {
        var name = given.Split('=', 2)[0];
        return instance?.Placeholders.Any(p => p.Key == name) == true ? Quoted(given) : Quoted(name) + "=...";
    }

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsLetterOrDigit(c) || "-_./:=,+@%".Contains(c, StringComparison.Ordinal)) ? word : "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
