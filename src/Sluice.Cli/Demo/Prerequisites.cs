using System.Diagnostics;
using Sluice.Engine.Errors;

namespace Sluice.Cli.Demo;

/// <summary>What the tour stands on. What is missing is installed by the same script that prepares the tests.</summary>
internal static class Prerequisites
{
    private static readonly string[] s_folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/opt/homebrew/bin"];

    /// <returns>Where redis-server is.</returns>
    /// <exception cref="ConfigException">Something is missing and could not be installed.</exception>
    public static async Task<string> EnsureAsync(Shell shell, CancellationToken stop)
    {
        if (Missing(shell) is { Length: > 0 } missing)
        {
            shell.Note($"The tour needs {string.Join(" and ", missing)}, which is not here; installing from the distribution.");
            await InstallAsync(missing, stop);
            if (Missing(shell) is { Length: > 0 } still)
            {
                throw new ConfigException($"{string.Join(" and ", still)} is still missing; install it as said above, then run the demo again");
            }
        }

        return FindRedis(shell)!;
    }

    private static string[] Missing(Shell shell) =>
    [
        .. FindRedis(shell) is null ? ["redis-server"] : Array.Empty<string>(),
        .. SqliteLibrary.IsThere ? [] : new[] { "libsqlite3" },
    ];

    private static string? FindRedis(Shell shell) =>
        (shell.Environment("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(s_folders)
            .Select(folder => Path.Combine(folder, "redis-server")).FirstOrDefault(File.Exists);

    private static async Task InstallAsync(string[] what, CancellationToken stop)
    {
        // It shares our terminal: sudo may ask there, and what it prints is for the user.
        using var setup = Process.Start("bash", [Path.Combine(AppContext.BaseDirectory, "setup"), .. what]);
        await setup.WaitForExitAsync(stop);
    }
}
