using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Sluice.ServerTests.Servers;

/// <summary>A server program of a test, in a temporary folder of its own. A small shell stands between: it kills the
/// server and removes the folder as soon as its standard input ends, which is also what happens when the test process dies.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const string Guard =
        "log=$1; folder=$2; shift 2; exec 3<&0; \"$@\" </dev/null >>\"$log\" 2>&1 3<&- & pid=$!; echo $pid; "
        + "if read line <&3; then :; else kill -9 $pid 2>/dev/null; wait $pid 2>/dev/null; rm -rf \"$folder\"; fi";

    private static readonly List<ServerProcess> s_guards = [];
    private static readonly ConcurrentDictionary<int, bool> s_given = [];

    private readonly Process _guard;

    private ServerProcess(Process guard, int pid, string log)
    {
        _guard = guard;
        Pid = pid;
        Log = log;
    }

    public int Pid { get; }

    /// <summary>The file that the server's output goes to.</summary>
    public string Log { get; }

    public bool IsRunning
    {
        get
        {
            try
            {
                // A process that has ended and that its parent has not asked for yet is a zombie.
                var stat = File.ReadAllText($"/proc/{Pid}/stat");
                return stat[(stat.LastIndexOf(')') + 2)..][0] is not ('Z' or 'X');
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    public static ServerProcess Start(string program, string package, string folder, params IEnumerable<string> arguments)
    {
        var log = Path.Combine(folder, "log.txt");
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-c", Guard, "sh", log, folder, Find(program, package), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        var guard = Process.Start(start)!;
        return new ServerProcess(guard, int.Parse(guard.StandardOutput.ReadLine()!), log);
    }

    /// <summary>The full path of a program, also of those that stand in sbin.</summary>
    public static string Find(string program, string package)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"]);
        return folders.Select(f => Path.Combine(f, program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"'{program}' is not installed, and the tests need it: install the package {package}");
    }

    /// <summary>Runs a program to its end and returns its standard output.</summary>
    public static async Task<string> RunAsync(string program, string package, IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo(Find(program, package))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input ?? "");
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program}: {await errors}{await output}");
    }

    public static string NewFolder(string kind) => Directory.CreateTempSubdirectory($"sluice-{kind}-").FullName;

    /// <summary>A folder that goes with the test process, however that ends.</summary>
    public static string NewSharedFolder(string kind)
    {
        var folder = NewFolder(kind);
        lock (s_guards)
        {
            s_guards.Add(Start("sleep", "coreutils", folder, "infinity"));
        }

        return folder;
    }

    /// <summary>Another one each time: who asked before may not listen yet.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var port = ((IPEndPoint)probe.LocalEndpoint).Port;
            if (s_given.TryAdd(port, true))
            {
                return port;
            }
        }
    }

    /// <summary>Waits until the server answers; its log is the message where it does not.</summary>
    public async Task WaitAsync(Func<Task<bool>> answers)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (!IsRunning)
            {
                break;
            }

            try
            {
                if (await answers())
                {
                    return;
                }
            }
            catch (Exception e) when (e is SocketException or IOException or InvalidOperationException)
            {
                // Not yet.
            }

            await Task.Delay(20);
        }

        throw new InvalidOperationException("the server did not start: " + (File.Exists(Log) ? await File.ReadAllTextAsync(Log) : ""));
    }

    /// <summary>Sends a signal and, where it ends the server, waits for that.</summary>
    public async Task SignalAsync(PosixSignalNumber signal)
    {
        _ = Kill(Pid, (int)signal);
        if (signal is PosixSignalNumber.Kill or PosixSignalNumber.Terminate)
        {
            var clock = Stopwatch.StartNew();
            while (IsRunning)
            {
                await Task.Delay(10);
                if (clock.Elapsed > TimeSpan.FromSeconds(30))
                {
                    _ = Kill(Pid, (int)PosixSignalNumber.Kill);
                }
            }
        }
    }

    /// <summary>Lets go of the guard; the server must have ended.</summary>
    public void Dispose()
    {
        try
        {
            _guard.StandardInput.WriteLine("done");
            _guard.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before.
        }

        _guard.WaitForExit();
        _guard.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int pid, int signal);
}

/// <summary>The signals that tests send, as Linux numbers them.</summary>
internal enum PosixSignalNumber
{
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
