using Sluice.Engine.Errors;
using Sluice.Engine.Types;

namespace Sluice.Engine.Formats.Json;

/// <summary>Which types JSON can hold.</summary>
internal static class JsonTypes
{
    /// <exception cref="ConfigException">A map whose keys are no texts.</exception>
    public static void Check(FormatContext context)
    {
        foreach (var column in context.Columns)
        {
            Check(column.Type, column.Name, context);
        }
    }

    private static void Check(SqlType type, string name, FormatContext context)
    {
        var key = type.Kind == TypeKind.Multiset ? type.Element : type.Key;
        if (key is { IsCharacter: false })
        {
            throw new ConfigException(context.Place, $"column '{name}' holds {type}, and JSON has no other keys than texts; use STRING for the key");
        }

        foreach (var nested in type.Fields)
        {
            Check(nested.Type, name, context);
        }

        if (type.Element is { } element)
        {
            Check(element, name, context);
        }
    }
}
