using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>Version 1.0: <c>configuration.reader.plugin</c>, <c>.parameter</c>, the same for the writer, and <c>configuration.setting</c>.</summary>
internal sealed class ConfigurationDialect : IDialect
{
    private static readonly Option<OptionNode?> s_configuration = Option.Node("configuration", "an object with 'reader', 'writer' and 'setting'", "The job.");
    private static readonly Option<OptionNode?> s_setting = Option.Node("setting", "an object", "Speed and error limit.");

    public string Key => s_configuration.Name;

    public string Version => "1.0";

    public Script Read(OptionBag script)
    {
        var job = new OptionBag(Shape.Required(script, s_configuration, OptionKind.Map), script.Report);
        var (reader, writer) = NamedEnds.Read(job, "plugin");
        var setting = job.Take(s_setting);
        job.RefuseLeftovers();
        return new Script(reader, writer, setting);
    }
}
