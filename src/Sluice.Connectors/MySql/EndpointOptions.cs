using Sluice.Connectors.Selects;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Connectors.MySql;

/// <summary>The connection options as one place of the script gives them: a data source, the step, or an entry of
/// <c>connection</c>. What one place leaves out is taken from the place below it.</summary>
internal sealed record EndpointOptions
{
    public static readonly Option<string?> HostOption = Option.Text("host", null, "The server's host name or address. It is always reached over TCP, `localhost` too; see `unixSocket`.");
    public static readonly Option<long> PortOption = Option.Integer("port", 3306, "The server's port.", 1, ushort.MaxValue);
    public static readonly Option<string?> UnixSocketOption = Option.Text("unixSocket", null, "The path of a unix socket to connect through instead of host and port.");
    public static readonly Option<string?> DatabaseOption = Option.Text("database", null, "The database that unqualified tables are in.");
    public static readonly Option<string?> UsernameOption = new("username", "text", null,
        (node, self) => node.IsScalar ? node.Text : throw new ConfigException(node.Place, $"'{self.Name}' is {node.Show()}; allowed: {self.ValueKind}"),
        "The user to log in as.")
    { Aliases = ["user"] };
    public static readonly Option<string?> PasswordOption = Option.Secret("password", "Its password; empty means none.");
    public static readonly Option<OptionNode?> JdbcUrlOption = Option.Node("jdbcUrl", "text or list of texts",
        "`jdbc:mysql://host:port/database?user=...`, or several, of which the first server that can be reached is used. Host, port, database, user, password and sslMode are taken from it; other parameters are ignored.");
    public static readonly Option<string> SslModeOption = Option.Choice("sslMode", "preferred", ["preferred", "disabled", "required", "verify-ca", "verify-full"],
        "`preferred` encrypts where the server can and `required` always, but neither verifies the server; `verify-ca` verifies its certificate against `sslCa`, `verify-full` also the host's name in it.");
    public static readonly Option<string?> SslCaOption = Option.Text("sslCa", null, "A PEM file with the authorities to trust. Needed by `verify-ca` and `verify-full`.");
    public static readonly Option<string?> SslCertOption = Option.Text("sslCert", null, "A PEM file with the client's certificate.");
    public static readonly Option<string?> SslKeyOption = Option.Text("sslKey", null, "A PEM file with the client's key.");
    public static readonly Option<long> ConnectTimeoutOption = Option.Integer("connectTimeout", 10_000, "Milliseconds that connecting may take, rounded up to seconds.", 1, 3_600_000);
    public static readonly Option<long> SocketTimeoutOption = Option.Integer("socketTimeout", 600_000,
        "Milliseconds without a byte from the server, while an answer is due, after which the job fails; rounded up to seconds. 0 waits for ever. Raise it for queries that compute longer than that before their first row.", 0, int.MaxValue);

    public static IReadOnlyList<IOption> All { get; } =
    [
        HostOption, PortOption, DatabaseOption, UsernameOption, PasswordOption, JdbcUrlOption, UnixSocketOption,
        SslModeOption, SslCaOption, SslCertOption, SslKeyOption, ConnectTimeoutOption, SocketTimeoutOption,
    ];

    /// <summary>The servers to try in this order; null where this place names none.</summary>
    public IReadOnlyList<(string Host, uint Port)>? Servers { get; private init; }

    private uint? Port { get; init; }

    private string? UnixSocket { get; init; }

    private string? Database { get; init; }

    private string? Username { get; init; }

    private string? Password { get; init; }

    private SslMode? SslMode { get; init; }

    private string? SslCa { get; init; }

    private string? SslCert { get; init; }

    private string? SslKey { get; init; }

    private TimeSpan? ConnectTimeout { get; init; }

    private TimeSpan? SocketTimeout { get; init; }

    public static EndpointOptions Take(OptionBag bag)
    {
        var jdbc = SelectOptions.Texts(JdbcUrlOption, bag.Take(JdbcUrlOption)).Select(t => JdbcUrl.Parse(t.Text, t.Place)).ToList();
        var host = bag.Take(HostOption);
        var port = (uint?)Given(bag, PortOption);
        IReadOnlyList<(string Host, uint Port)>? servers = host is not null ? [(host, port ?? (uint)PortOption.Default)]
            : jdbc.Count > 0 ? [.. jdbc.SelectMany(j => j.Servers).Select(s => (s.Host, port ?? s.Port ?? (uint)PortOption.Default))]
            : null;
        return new EndpointOptions
        {
            Servers = servers,
            Port = port,
            UnixSocket = bag.Take(UnixSocketOption),
            Database = bag.Take(DatabaseOption) ?? First(jdbc, j => j.Database),
            Username = bag.Take(UsernameOption) ?? First(jdbc, j => j.Username),
            Password = bag.Take(PasswordOption) ?? First(jdbc, j => j.Password),
            SslMode = bag.Has(SslModeOption) ? Mode(bag.Take(SslModeOption)) : TakeNothing(bag, jdbc.Select(j => j.SslMode).FirstOrDefault(m => m is not null)),
            SslCa = bag.Take(SslCaOption),
            SslCert = bag.Take(SslCertOption),
            SslKey = bag.Take(SslKeyOption),
            ConnectTimeout = Milliseconds(Given(bag, ConnectTimeoutOption)),
            SocketTimeout = Milliseconds(Given(bag, SocketTimeoutOption)),
        };
    }

    /// <summary>These options, and those below where these are silent. A host named here takes its port with it.</summary>
    public EndpointOptions Over(EndpointOptions below) => new()
    {
        Servers = Servers ?? (Port is { } port ? below.Servers?.Select(s => (s.Host, port)).ToList() : below.Servers),
        Port = Port ?? below.Port,
        UnixSocket = UnixSocket ?? (Servers is null ? below.UnixSocket : null),
        Database = Database ?? below.Database,
        Username = Username ?? below.Username,
        Password = Password ?? below.Password,
        SslMode = SslMode ?? below.SslMode,
        SslCa = SslCa ?? below.SslCa,
        SslCert = SslCert ?? below.SslCert,
        SslKey = SslKey ?? below.SslKey,
        ConnectTimeout = ConnectTimeout ?? below.ConnectTimeout,
        SocketTimeout = SocketTimeout ?? below.SocketTimeout,
    };

    /// <summary>The endpoints to try in this order.</summary>
    /// <exception cref="ConfigException">Something is missing or contradicts itself.</exception>
    public IReadOnlyList<MySqlEndpoint> ToEndpoints(Place place, string baseDirectory)
    {
        var mode = SslMode ?? MySql.SslMode.Preferred;
        if (mode >= MySql.SslMode.VerifyCa != SslCa is not null)
        {
            throw new ConfigException(place, SslCa is null
                ? $"sslMode {Word(mode)} needs 'sslCa', a PEM file with the authorities to trust"
                : $"'sslCa' is given, but sslMode {Word(mode)} verifies nothing; say verify-ca or verify-full");
        }

        if (SslCert is null != SslKey is null)
        {
            throw new ConfigException(place, "'sslCert' and 'sslKey' go together");
        }

        if (UnixSocket is null && Servers is null)
        {
            throw new ConfigException(place, "'host' is missing: name the MySQL server here, in a data source, or with 'jdbcUrl'");
        }

        var servers = UnixSocket is null ? Servers! : [("localhost", (uint)PortOption.Default)];
        return [.. servers.Select(s => new MySqlEndpoint
        {
            Host = s.Host,
            Port = s.Port,
            UnixSocket = UnixSocket,
            Database = string.IsNullOrEmpty(Database) ? null : Database,
            Username = Username ?? throw new ConfigException(place, "'username' is missing: name the MySQL user here, in a data source, or with 'jdbcUrl'"),
            Password = Password,
            SslMode = mode,
            SslCa = Existing(SslCa, SslCaOption, place, baseDirectory),
            SslCert = Existing(SslCert, SslCertOption, place, baseDirectory),
            SslKey = Existing(SslKey, SslKeyOption, place, baseDirectory),
            ConnectTimeout = ConnectTimeout ?? Milliseconds(ConnectTimeoutOption.Default)!.Value,
            SocketTimeout = SocketTimeout ?? Milliseconds(SocketTimeoutOption.Default)!.Value,
        })];
    }

    private static string? Existing(string? path, Option<string?> option, Place place, string baseDirectory)
    {
        var full = path is null ? null : Path.GetFullPath(path, baseDirectory);
        return full is null || File.Exists(full) ? full : throw new ConfigException(place, $"'{option.Name}': there is no file {full}");
    }

    private static string? First(List<JdbcUrl> urls, Func<JdbcUrl, string?> part) => urls.Select(part).FirstOrDefault(p => p is not null);

    /// <summary>Unlike a default, what is absent leaves the word to the place below.</summary>
    private static long? Given(OptionBag bag, Option<long> option)
    {
        var given = bag.Has(option);
        var value = bag.Take(option);
        return given ? value : null;
    }

    private static SslMode? TakeNothing(OptionBag bag, SslMode? otherwise)
    {
        _ = bag.Take(SslModeOption);
        return otherwise;
    }

    private static SslMode Mode(string word) => Enum.GetValues<SslMode>().First(m => Word(m) == word);

    private static string Word(SslMode mode) => mode switch
    {
        MySql.SslMode.Disabled => "disabled",
        MySql.SslMode.Preferred => "preferred",
        MySql.SslMode.Required => "required",
        MySql.SslMode.VerifyCa => "verify-ca",
        _ => "verify-full",
    };

    private static TimeSpan? Milliseconds(long? value) => value is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
}
