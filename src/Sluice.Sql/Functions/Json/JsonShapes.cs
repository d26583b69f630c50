using System.Text.Json;
using Sluice.Engine.Rows;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Functions.Json;

/// <summary><c>x IS JSON</c>; false for null.</summary>
internal static class JsonShapes
{
    public static bool Is(Utf8? text, JsonShape shape)
    {
        if (text is not { } json)
        {
            return false;
        }

        try
        {
            var root = JsonProperties.Root(json.Span);
            return shape switch
            {
                JsonShape.Scalar => root.IsScalar,
                JsonShape.Array => root.Type == JsonTokenType.StartArray,
                JsonShape.Object => root.Type == JsonTokenType.StartObject,
                _ => true,
            };
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
