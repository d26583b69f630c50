using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Jobs.Scripts;

/// <summary>One way of writing a job script.</summary>
internal interface IDialect
{
    /// <summary>The key at the top of the script that tells this dialect from the others.</summary>
    string Key { get; }

    /// <summary>What <c>version</c> says in this dialect; null where it has none.</summary>
    string? Version { get; }

    /// <param name="script">The top of the script, from which the dialect takes its own keys.</param>
    /// <exception cref="ConfigException">The script has not exactly one reader and one writer.</exception>
    Script Read(OptionBag script);
}

/// <summary>What every dialect comes down to (S-1).</summary>
/// <param name="Setting">Speed and error limit; null where the script says nothing of them.</param>
internal sealed record Script(Step Reader, Step Writer, OptionNode? Setting);

/// <summary>One end of a job: the type as the user wrote it, and its parameters.</summary>
internal sealed record Step(OptionNode Type, OptionNode Parameter)
{
    private static readonly Option<OptionNode?> s_parameter = Option.Node("parameter", "an object", "The connector's own options.");

    /// <summary>The parameters of a step; a step without any has an empty object of them.</summary>
    public static OptionNode ParameterOf(OptionBag step) => Shape.Optional(step, s_parameter, OptionKind.Map) ?? OptionNode.Map([], step.Place);
}

internal static class Dialects
{
    private static readonly IDialect[] s_dialects = [new UnifiedDialect(), new ConfigurationDialect(), new OpenDialect()];

    private static readonly Option<OptionNode?> s_type = Option.Node("type", "\"job\"", "What the script describes; only a job can be run.");
    private static readonly Option<OptionNode?> s_version = Option.Node("version", "\"1.0\" or \"2.0\"", "The version of the script's form: 2.0 with steps, 1.0 with configuration.");

    public static Script Read(OptionNode root, Report report)
    {
        Shape.Expect(root, OptionKind.Map, "a job script");
        var dialect = Detect(root);
        var top = new OptionBag(root, report);
        if (top.Take(s_type) is { } type && type.Text != "job")
        {
            throw new ConfigException(type.Place, $"'type' is {type.Show()}; allowed: {s_type.ValueKind}");
        }

        if (top.Take(s_version) is { } version && dialect.Version is not null && version.Text != dialect.Version)
        {
            report.Warn(version.Place, $"'version' is {version.Show()}, but a script with '{dialect.Key}' is version {dialect.Version}; it is read as that.");
        }

        var script = dialect.Read(top);
        top.RefuseLeftovers();
        return script;
    }

    private static IDialect Detect(OptionNode root)
    {
        var found = s_dialects.Where(d => root.Find(d.Key) is not null).ToList();
        if (found.Count == 1)
        {
            return found[0];
        }

        if (found.Count > 1)
        {
            throw new ConfigException(root.Place, $"the script has {string.Join(" and ", found.Select(d => $"'{d.Key}'"))} at the top, which are different forms of a script; keep one of them");
        }

        var keys = root.Members.Select(m => m.Key).ToList();
        var near = keys.Select(k => NearestName.Of(k, s_dialects.Select(d => d.Key))).FirstOrDefault(n => n is not null);
        throw new ConfigException(root.Place,
            "a job script has at its top either 'steps' (version 2.0), or 'configuration' with 'reader' and 'writer' (version 1.0), or 'job' with 'content' (the open form); this one has "
            + (keys.Count == 0 ? "nothing" : string.Join(", ", keys.Select(k => $"'{k}'")))
            + (near is null ? "" : $"; did you mean '{near}'?"));
    }
}
