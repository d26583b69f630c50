using System.Reflection;
using System.Runtime.InteropServices;
using Sluice.Engine.Errors;

namespace Sluice.Connectors;

/// <summary>A library of the system that a connector stands on: the names it goes by, and what to install where it is missing.</summary>
internal sealed record NativeLibraryName(string Name, string[] FileNames, string Install)
{
    /// <summary>Loads the library if it is not loaded yet.</summary>
    /// <exception cref="ConfigException">It is not installed.</exception>
    public void EnsureLoaded()
    {
        if (NativeLibraries.Load(this) == 0)
        {
            throw new ConfigException($"the library {FileNames[0]} is not installed: install {Install}");
        }
    }
}

/// <summary>Finds the libraries under whichever name the system has them. An assembly can have one resolver only, so all
/// connectors' libraries stand in one list.</summary>
internal static class NativeLibraries
{
    public const string MariaDb = "libmariadb.so.3";

    public static readonly NativeLibraryName MariaDbLibrary = new(MariaDb,
        ["libmariadb.so.3", "libmariadb.so", "libmariadb.3.dylib", "libmariadb.dylib"],
        "libmariadb3 (Debian, Ubuntu) or mariadb-connector-c (Fedora, Homebrew)");

    public const string RdKafka = "librdkafka.so.1";

    public static readonly NativeLibraryName RdKafkaLibrary = new(RdKafka,
        ["librdkafka.so.1", "librdkafka.so", "librdkafka.1.dylib", "librdkafka.dylib"],
        "librdkafka1 (Debian, Ubuntu) or librdkafka (Fedora, Homebrew)");

    private static readonly NativeLibraryName[] s_all = [MariaDbLibrary, RdKafkaLibrary];

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    public static nint Load(NativeLibraryName library)
    {
        foreach (var name in library.FileNames)
        {
            if (NativeLibrary.TryLoad(name, typeof(NativeLibraries).Assembly, null, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        s_all.FirstOrDefault(l => l.Name == name) is { } library ? Load(library) : 0;
}
