using System.Globalization;
using System.Reflection;
using System.Text;

namespace Sluice.Tests.Architecture;

/// <summary>The public surface changes on purpose only: it is compared with a file that a reviewer sees.</summary>
public class PublicApiTests
{
    private static readonly string[] s_assemblies = ["Sluice.Redis", "Sluice.Engine", "Sluice.Jobs", "Sluice.Connectors"];

    [Fact]
    public void The_public_api_is_the_one_in_the_baseline()
    {
        var file = Repository.PathOf("tests", "Sluice.Tests", "Architecture", "PublicApi.txt");
        var actual = Describe();
        if (Environment.GetEnvironmentVariable("SLUICE_UPDATE_BASELINES") == "1")
        {
            File.WriteAllText(file, actual);
            return;
        }

        var expected = File.ReadAllLines(file);
        var lines = actual.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var difference = lines.Except(expected).Select(l => "+ " + l).Concat(expected.Except(lines).Select(l => "- " + l)).ToArray();
        Assert.True(difference.Length == 0,
            "the public API differs from PublicApi.txt; if that is wanted, run eng/update-baselines\n" + string.Join('\n', difference));
    }

    private static string Describe()
    {
        var text = new StringBuilder();
        foreach (var type in s_assemblies.SelectMany(a => Assembly.Load(a).GetExportedTypes()).OrderBy(t => t.FullName, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{Kind(type)} {type.FullName}\n");
            foreach (var member in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {type.Name}.{member}\n");
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var member in type.GetMembers(Declared))
        {
            var line = member switch
            {
                // What the compiler adds to records says nothing; names with < are its own.
                { Name: var name } when name.Contains('<', StringComparison.Ordinal) || name is "PrintMembers" or "EqualityContract" => null,
                MethodInfo { IsSpecialName: true } => null,
                MethodInfo method when IsVisible(method) && !IsOfRecord(method) => $"{method.Name}({Parameters(method)}) : {Name(method.ReturnType)}",
                ConstructorInfo constructor when IsVisible(constructor) => $"new({Parameters(constructor)})",
                PropertyInfo property when IsVisible(property.GetMethod) || IsVisible(property.SetMethod) =>
                    $"{property.Name} : {Name(property.PropertyType)}{(IsVisible(property.SetMethod) ? " { get; set; }" : " { get; }")}",
                FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily =>
                    $"{field.Name} : {Name(field.FieldType)}{(type.IsEnum ? $" = {Convert.ToInt64(field.GetRawConstantValue(), CultureInfo.InvariantCulture)}" : "")}",
                EventInfo added => $"event {added.Name}",
                _ => null,
            };
            if (line is not null)
            {
                yield return line;
            }
        }
    }

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static bool IsOfRecord(MethodInfo method) => method.Name is "Equals" or "GetHashCode" or "ToString" or "Deconstruct";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(p => $"{Name(p.ParameterType)} {p.Name}"));

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Name(Type type)
    {
        if (type.IsByRef || type.IsArray || type.IsPointer)
        {
            return Name(type.GetElementType()!) + (type.IsArray ? "[]" : type.IsPointer ? "*" : "&");
        }

        if (!type.IsGenericType)
        {
            return type.Name;
        }

        return type.Name.Split('`')[0] + "<" + string.Join(", ", type.GetGenericArguments().Select(Name)) + ">";
    }
}
