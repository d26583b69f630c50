using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Jobs;
using Report = Sluice.Engine.Options.Report;

namespace Sluice.Cli.Commands;

/// <summary>What run, check and explain have in common: a script, and what its placeholders and data sources stand for.</summary>
internal sealed class ScriptArguments
{
    private readonly Option<string[]> _parameters = new("-p")
    {
        Description = "Value of the placeholder ${name}; may be repeated, the last one of a name counts.",
        HelpName = "name=value",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<string?> _dataSources = new("--datasources")
    {
        Description = "File of named data sources. Default: datasources.json beside the script, else in the user's configuration folder.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _bizDate = new("--bizdate") { Description = "Value of ${bizdate}. Default: yesterday.", HelpName = "yyyyMMdd" };

    private readonly Option<string?> _cycTime = new("--cyctime") { Description = "Value of ${cyctime}. Default: now.", HelpName = "yyyyMMddHHmmss" };

    private readonly Option<bool> _strict = new("--strict") { Description = "Unknown keys are errors instead of warnings." };

    private readonly Argument<string> _file;

    /// <param name="fileName">How the help names the file.</param>
    public ScriptArguments(string fileName, string description)
    {
        _file = new Argument<string>(fileName) { Description = description };
        _parameters.Validators.Add(RefuseWithoutName);
        _bizDate.Validators.Add(result => RefuseOtherThan("yyyyMMdd", result));
        _cycTime.Validators.Add(result => RefuseOtherThan("yyyyMMddHHmmss", result));
    }

    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_parameters);
        command.Add(_dataSources);
        command.Add(_bizDate);
        command.Add(_cycTime);
        command.Add(_strict);
    }

    public string FileOf(ParseResult parsed) => parsed.GetRequiredValue(_file);

    public Report ReportOf(ParseResult parsed, Shell shell) => new(parsed.GetValue(_strict), shell.Warn);

    /// <summary>Reads the script into a plan, without connecting.</summary>
    /// <exception cref="ConfigException">The script is not right.</exception>
    public Plan Load(ParseResult parsed, Report report, Shell shell)
    {
        var file = FileOf(parsed);
        if (file.EndsWith(".sql", StringComparison.OrdinalIgnoreCase))
        {
            throw new ConfigException($"{file}: {SqlCommand.NotYet}");
        }

        var options = new ScriptOptions
        {
            Path = file,
            Parameters = ParametersOf(parsed),
            DataSourcesFile = parsed.GetValue(_dataSources),
            BizDate = parsed.GetValue(_bizDate),
            CycTime = parsed.GetValue(_cycTime),
            Clock = shell.Clock,
            Environment = shell.Environment,
        };
        return shell.LoadScript(options, shell.Connectors, report);
    }

    private Dictionary<string, string> ParametersOf(ParseResult parsed)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in parsed.GetValue(_parameters) ?? [])
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

    private static void RefuseOtherThan(string format, OptionResult result)
    {
        foreach (var token in result.Tokens)
        {
            if (!DateTime.TryParseExact(token.Value, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                result.AddError($"{result.Option.Name} takes a time as {format}, not '{token.Value}'.");
            }
        }
    }
}
