using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Jobs;
using Sluice.Sql;
using Report = Sluice.Engine.Options.Report;

namespace Sluice.Cli.Commands;

/// <summary>What run, check and explain have in common: a script, and what its placeholders and data sources stand for.</summary>
internal sealed class ScriptArguments
{
    private readonly ParameterOption _parameters = new();

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

    /// <summary>Whether the file is a SQL script: its extension tells.</summary>
    public bool IsSql(ParseResult parsed) => FileOf(parsed).EndsWith(".sql", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a SQL script, without connecting. The options that are of job scripts only have no effect.</summary>
    public CompiledScript LoadSql(ParseResult parsed, Report report, Shell shell) =>
        SqlScripts.Compile(shell, report, FileOf(parsed), text: null, _parameters.Of(parsed), name: null, json: false);

    /// <summary>Reads the job script into a plan, without connecting.</summary>
    /// <exception cref="ConfigException">The script is not right.</exception>
    public Plan Load(ParseResult parsed, Report report, Shell shell)
    {
        var options = new ScriptOptions
        {
            Path = FileOf(parsed),
            Parameters = _parameters.Of(parsed),
            DataSourcesFile = parsed.GetValue(_dataSources),
            BizDate = parsed.GetValue(_bizDate),
            CycTime = parsed.GetValue(_cycTime),
            Clock = shell.Clock,
            Environment = shell.Environment,
        };
        return shell.LoadScript(options, shell.Connectors, report);
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
