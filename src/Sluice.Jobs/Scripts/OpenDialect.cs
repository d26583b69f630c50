using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>The open form: <c>job.content[0].reader.name</c>, <c>.parameter</c>, the same for the writer, and <c>job.setting</c>.</summary>
internal sealed class OpenDialect : IDialect
{
    private static readonly Option<OptionNode?> s_job = Option.Node("job", "an object with 'content' and 'setting'", "The job.");
    private static readonly Option<OptionNode?> s_content = Option.Node("content", "a list of one object with 'reader' and 'writer'", "The two ends of the job.");
    private static readonly Option<OptionNode?> s_setting = Option.Node("setting", "an object", "Speed and error limit.");
    private static readonly Option<OptionNode?> s_transformer = Option.Node("transformer", "an empty list", "Changes of rows on their way, which are not supported.");

    public string Key => s_job.Name;

    public string? Version => null;

    public Script Read(OptionBag script)
    {
        var job = new OptionBag(Shape.Required(script, s_job, OptionKind.Map), script.Report);
        var entries = Shape.Required(job, s_content, OptionKind.List);
        if (entries.Items.Count != 1)
        {
            throw new ConfigException(entries.Place, $"'content' has {entries.Items.Count} entries; allowed: one, which is a reader with its writer");
        }

        var entry = new OptionBag(Shape.Expect(entries.Items[0], OptionKind.Map, "an entry of 'content'"), script.Report);
        var (reader, writer) = NamedEnds.Read(entry, "name");
        if (Shape.Optional(entry, s_transformer, OptionKind.List) is { Items.Count: > 0 } transformer)
        {
            throw new ConfigException(transformer.Place, "'transformer' would change the rows, which is not supported; change them in the reader's 'querySql' or 'column', and take it out");
        }

        var setting = job.Take(s_setting);
        entry.RefuseLeftovers();
        job.RefuseLeftovers();
        return new Script(reader, writer, setting);
    }
}
