using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sluice.Cli.Commands;

/// <summary><c>-p name=value</c>: what a placeholder of a script stands for (S-4).</summary>
internal sealed class ParameterOption : Option<string[]>
{
    public const string Word = "-p";

    public ParameterOption()
        : base(Word)
    {
        Description = "Value of the placeholder ${name}; may be repeated, the last one of a name counts.";
        HelpName = "name=value";
        Arity = ArgumentArity.OneOrMore;
        AllowMultipleArgumentsPerToken = false;
        Validators.Add(RefuseWithoutName);
    }

    public Dictionary<string, string> Of(ParseResult parsed)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parsed.GetValue(this) ?? [])
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            parameters[pair[..equals]] = pair[(equals + 1)..];
        }

        return parameters;
    }

    private static void RefuseWithoutName(OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (token.Value.IndexOf('=', StringComparison.Ordinal) < 1)
            {
                result.AddError($"-p takes name=value, not '{token.Value}'.");
            }
        }
    }
}
