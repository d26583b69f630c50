namespace Sluice.ServerTests.Servers;

/// <summary>A real <c>mariadbd</c> on a free port of 127.0.0.1 and a unix socket, with an initialised data folder of its own.
/// <c>root</c> has no password; <see cref="User"/> has one, and every right.</summary>
public class MariaDbServer : IAsyncLifetime
{
    public const string User = "app";
    public const string Password = "s3cret pa$$'\"w";

    /// <summary>Initialising takes seconds, copying does not: one template per test run.</summary>
    private static readonly Lazy<Task<string>> s_template = new(InitialiseAsync);

    private readonly string _folder = ServerProcess.NewFolder("mariadb");
    private readonly string[] _arguments;
    private ServerProcess? _process;

    public MariaDbServer() : this([])
    {
    }

    /// <param name="arguments">More arguments of mariadbd, which win.</param>
    protected MariaDbServer(params string[] arguments) => _arguments = arguments;

    public string Host { get; } = "127.0.0.1";

    public int Port { get; } = ServerProcess.FreePort();

    public string Socket => Path.Combine(_folder, "m.sock");

    public string Folder => _folder;

    public int Pid => _process?.Pid ?? 0;

    public static async Task<MariaDbServer> StartNewAsync(params string[] arguments)
    {
        var server = new MariaDbServer(arguments);
        await server.InitializeAsync();
        return server;
    }

    public virtual async ValueTask InitializeAsync()
    {
        await ServerProcess.RunAsync("cp", "coreutils", ["-a", "--reflink=auto", await s_template.Value, Path.Combine(_folder, "data")]);
        await StartAsync();
        var password = Password.Replace("'", "''", StringComparison.Ordinal);
        await QueryAsync($"CREATE USER '{User}'@'%' IDENTIFIED BY '{password}'; GRANT ALL ON *.* TO '{User}'@'%' WITH GRANT OPTION; CREATE DATABASE shop CHARACTER SET utf8mb4");
    }

    public async Task StartAsync()
    {
        _process = ServerProcess.Start("mariadbd", "mariadb-server", _folder,
        [
            "--no-defaults", "--user=root", $"--datadir={_folder}/data", $"--socket={Socket}", $"--port={Port}", "--bind-address=127.0.0.1",
            $"--pid-file={_folder}/m.pid", $"--tmpdir={_folder}", "--max-allowed-packet=256M", "--innodb-log-file-size=64M", "--innodb-buffer-pool-size=64M",
            "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync", "--performance-schema=OFF", "--local-infile=1", "--max-connections=200",
            .. _arguments,
        ]);
        await _process.WaitAsync(async () => (await QueryAsync("SELECT 1")).Trim() == "1");
    }

    public async Task KillAsync() => await EndAsync(PosixSignalNumber.Kill);

    public async Task StopAsync() => await EndAsync(PosixSignalNumber.Terminate);

    /// <summary>Kills the server if it still runs, and starts it again on the same port.</summary>
    public async Task RestartAsync()
    {
        await KillAsync();
        await StartAsync();
    }

    /// <summary>SIGSTOP: connections stay open, nobody answers.</summary>
    public async Task PauseAsync() => await _process!.SignalAsync(PosixSignalNumber.Stop);

    public async Task ContinueAsync() => await _process!.SignalAsync(PosixSignalNumber.Continue);

    /// <summary>Runs statements as root through the client program; returns its output, one line per row, columns joined by a tab.</summary>
    public Task<string> QueryAsync(string sql, string database = "") =>
        ServerProcess.RunAsync("mariadb", "mariadb-client",
            ["--no-defaults", $"--socket={Socket}", "--user=root", "--batch", "--raw", "--skip-column-names", "--default-character-set=utf8mb4", "--max-allowed-packet=256M", database], sql);

    /// <summary>A fresh database for one test, with the statements run in it.</summary>
    public async Task<string> NewDatabaseAsync(string sql = "")
    {
        var name = $"t{Guid.NewGuid():N}"[..12];
        await QueryAsync($"CREATE DATABASE {name} CHARACTER SET utf8mb4; USE {name}; {sql}");
        return name;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await KillAsync();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static async Task<string> InitialiseAsync()
    {
        ServerProcess.Find("mariadbd", "mariadb-server");
        var folder = ServerProcess.NewSharedFolder("mariadb-template");
        await ServerProcess.RunAsync("mariadb-install-db", "mariadb-server",
        [
            "--no-defaults", "--user=root", $"--datadir={folder}/data", "--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-log-file-size=64M",
        ]);
        return Path.Combine(folder, "data");
    }

    private async Task EndAsync(PosixSignalNumber signal)
    {
        if (_process is not null)
        {
            await _process.SignalAsync(signal);
            _process.Dispose();
            _process = null;
        }
    }
}

/// <summary>The same with TLS: a certificate for <c>localhost</c> and 127.0.0.1, signed by an authority made for this run.</summary>
public sealed class TlsMariaDbServer : MariaDbServer
{
    private static readonly Lazy<Task<TlsFiles>> s_files = new(TlsFiles.MakeAsync);

    private TlsMariaDbServer(TlsFiles files)
        : base($"--ssl-ca={files.Ca}", $"--ssl-cert={files.Certificate}", $"--ssl-key={files.Key}", "--tls-version=TLSv1.2,TLSv1.3") => Files = files;

    public TlsFiles Files { get; }

    public static async Task<TlsMariaDbServer> StartNewAsync()
    {
        var server = new TlsMariaDbServer(await s_files.Value);
        await server.InitializeAsync();
        return server;
    }
}
