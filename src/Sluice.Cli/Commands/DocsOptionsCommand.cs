using System.CommandLine;
using Sluice.Cli.Output;
using Sluice.Engine.Formats;

namespace Sluice.Cli.Commands;

/// <summary><c>sluice docs-options</c>, hidden: writes the tables of options that stand under docs/options.</summary>
internal sealed class DocsOptionsCommand : Command
{
    private readonly Argument<string> _folder = new("DIR") { Description = "Where the files go." };

    private DocsOptionsCommand(Shell shell)
        : base("docs-options", "Writes the tables of options of all connectors and formats.")
    {
        Hidden = true;
        Add(_folder);
        SetAction(parsed =>
        {
            var folder = Directory.CreateDirectory(parsed.GetRequiredValue(_folder)).FullName;
            foreach (var (name, text) in OptionTables.Of(shell.Connectors, BuiltInFormats.All))
            {
                File.WriteAllText(Path.Combine(folder, name), text);
            }

            return ExitCode.Done;
        });
    }

    public static Command Create(Shell shell) => new DocsOptionsCommand(shell);
}
