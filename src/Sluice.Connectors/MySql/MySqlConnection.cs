using System.Runtime.InteropServices;
using System.Text;
using Sluice.Connectors.MySql.Native;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.MySql;

/// <summary>One connection, used by one thread, which it blocks. Cancelling the token given to <see cref="Open"/> ends
/// whatever it waits for.</summary>
internal sealed unsafe class MySqlConnection : IDisposable
{
    /// <summary>What a value may have: the most the protocol knows.</summary>
    private const uint MaxPacketBytes = 1 << 30;

    /// <summary>How long the server waits for us to take rows. Its own default, a minute, would end a job whose sink is throttled.</summary>
    private const int NetWriteTimeoutSeconds = 7 * 24 * 3600;

    private static readonly Lazy<int> s_library = new(() =>
    {
        NativeLibraries.MariaDbLibrary.EnsureLoaded();
        return LibMariaDb.ServerInit(0, 0, 0);
    });

    private readonly CancellationToken _stop;
    private nint _mysql;
    private SocketHandle? _socket;
    private CancellationTokenRegistration _registration;

    private MySqlConnection(MySqlEndpoint endpoint, nint mysql, CancellationToken stop)
    {
        Endpoint = endpoint;
        _mysql = mysql;
        _stop = stop;
    }

    public MySqlEndpoint Endpoint { get; }

    /// <summary>The server's number of this connection, for KILL.</summary>
    public ulong Id => LibMariaDb.ThreadId(_mysql);

    /// <param name="place">Where the user named the server.</param>
    /// <exception cref="ConfigException">The server refuses us: password, database, TLS, a session statement; or the library is missing.</exception>
    /// <exception cref="EndpointException">Not reachable.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static MySqlConnection Open(MySqlEndpoint endpoint, Place? place, TimeProvider clock, CancellationToken stop)
    {
        _ = s_library.Value;
        stop.ThrowIfCancellationRequested();
        var connection = new MySqlConnection(endpoint, LibMariaDb.Init(0), stop);
        try
        {
            connection.SetOptions();
            connection.Connect(place, clock);
            connection.SetSession(place);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Runs a statement without rows.</summary>
    public MySqlError? Execute(string sql)
    {
        var error = Send(sql);
        if (error is null && LibMariaDb.UseResult(_mysql) is var result and not 0)
        {
            new MySqlResult(this, result).Dispose();
        }

        return error;
    }

    /// <summary>Runs a query and leaves its rows with the server until they are fetched. The result must be disposed before the next one.</summary>
    public MySqlResult Query(string sql, Place? place)
    {
        var error = Send(sql);
        var result = error is null ? LibMariaDb.UseResult(_mysql) : 0;
        if (result != 0)
        {
            return new MySqlResult(this, result);
        }

        error ??= LastError();
        throw error is null
            ? new ConfigException(place, $"mysql {Endpoint}: the statement returns no rows; it must be a SELECT: {sql}")
            : error.ToException(Endpoint, place, "the query failed");
    }

    /// <summary>The columns of a query, which is not run.</summary>
    public IReadOnlyList<MySqlColumn> Prepare(string sql, Place? place)
    {
        var statement = LibMariaDb.StatementInit(_mysql);
        try
        {
            var bytes = Encoding.UTF8.GetBytes(sql);
            int failed;
            fixed (byte* text = bytes)
            {
                failed = LibMariaDb.StatementPrepare(statement, text, (nuint)bytes.Length);
            }

            ThrowIfStopped();
            if (failed != 0)
            {
                throw new MySqlError(LibMariaDb.StatementErrno(statement), Text(LibMariaDb.StatementError(statement))).ToException(Endpoint, place, "the query could not be prepared");
            }

            var metadata = LibMariaDb.StatementResultMetadata(statement);
            if (metadata == 0)
            {
                throw new ConfigException(place, $"mysql {Endpoint}: the statement returns no rows; it must be a SELECT: {sql}");
            }

            var columns = MySqlColumn.Of(metadata);
            LibMariaDb.FreeResult(metadata);
            return columns;
        }
        finally
        {
            _ = LibMariaDb.StatementClose(statement);
        }
    }

    /// <summary>The last error of the connection, or null where there is none.</summary>
    /// <exception cref="OperationCanceledException">It is due to the cancelled token.</exception>
    public MySqlError? LastError()
    {
        ThrowIfStopped();
        var number = LibMariaDb.Errno(_mysql);
        return number == 0 ? null : new MySqlError(number, Text(LibMariaDb.Error(_mysql)));
    }

    /// <summary>Ends the connection without waiting for rows that are still to come.</summary>
    public void Abort() => _socket?.Shutdown();

    public void Dispose()
    {
        _registration.Dispose();
        if (_mysql != 0)
        {
            LibMariaDb.Close(_mysql);
            _mysql = 0;
        }

        _socket?.Dispose();
    }

    internal static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private void ThrowIfStopped() => _stop.ThrowIfCancellationRequested();

    private MySqlError? Send(string sql)
    {
        ThrowIfStopped();
        var bytes = Encoding.UTF8.GetBytes(sql);
        fixed (byte* text = bytes)
        {
            return LibMariaDb.RealQuery(_mysql, text, (nuint)bytes.Length) == 0 ? null : LastError();
        }
    }

    private void SetOptions()
    {
        Set(MySqlOption.ConnectTimeout, Seconds(Endpoint.ConnectTimeout));
        Set(MySqlOption.ReadTimeout, Seconds(Endpoint.SocketTimeout));
        Set(MySqlOption.WriteTimeout, Seconds(Endpoint.SocketTimeout));
        Set(MySqlOption.Protocol, (uint)(Endpoint.UnixSocket is null ? MySqlProtocol.Tcp : MySqlProtocol.Socket));
        Set(MySqlOption.MaxAllowedPacket, (nuint)MaxPacketBytes);
        Set(MySqlOption.CharsetName, "utf8mb4");

        // A server must not be able to ask for our files.
        Set(MySqlOption.LocalInfile, 0u);
        Set(MySqlOption.SslEnforce, Endpoint.SslMode != SslMode.Disabled);
        Set(MySqlOption.SslVerifyServerCert, Endpoint.SslMode == SslMode.VerifyFull || (Endpoint.SslMode == SslMode.VerifyCa && !VerifiesAuthorityAlone));
        if (Endpoint.SslMode >= SslMode.VerifyCa)
        {
            Set(MySqlOption.SslCa, Endpoint.SslCa);
        }

        if (Endpoint.SslMode != SslMode.Disabled)
        {
            Set(MySqlOption.SslCert, Endpoint.SslCert);
            Set(MySqlOption.SslKey, Endpoint.SslKey);
        }
    }

    private void Connect(Place? place, TimeProvider clock)
    {
        var started = clock.GetTimestamp();
        var handle = LibMariaDb.RealConnect(_mysql, Endpoint.UnixSocket is null ? Endpoint.Host : null, Endpoint.Username, Endpoint.Password ?? "",
            Endpoint.Database, Endpoint.Port, Endpoint.UnixSocket, 0);
        if (handle == 0)
        {
            var error = LastError() ?? new MySqlError(0, "no connection");
            throw error.IsRefusal
                ? new ConfigException(place, $"mysql {Endpoint}: {error}")
                : new EndpointException($"mysql {Endpoint.Address}", $"not reachable after {clock.GetElapsedTime(started).TotalSeconds:F1} s: {error}; is the server running there, and are 'host' and 'port' right?");
        }

        if (Endpoint.SslMode >= SslMode.Required && LibMariaDb.GetSslCipher(_mysql) == null)
        {
            throw new ConfigException(place, $"mysql {Endpoint}: the server does not speak TLS, and sslMode asks for it; enable TLS there, or set sslMode to preferred");
        }

        _socket = new SocketHandle(LibMariaDb.GetSocket(_mysql));
        _registration = _stop.UnsafeRegister(static self => ((MySqlConnection)self!).Abort(), this);
    }

    /// <summary>The user's own statements come after ours and win, apart from the character set: values are UTF-8.</summary>
    private void SetSession(Place? place)
    {
        if (Execute($"SET time_zone = '{Endpoint.TimeZone}'") is { } error)
        {
            throw error.Number == 1298
                ? new ConfigException(place, $"mysql {Endpoint}: the server does not know the timeZone '{Endpoint.TimeZone}'; give an offset such as +08:00, or load its zone tables (mysql_tzinfo_to_sql): {error}")
                : error.ToException(Endpoint, place, "the session could not be set up");
        }

        foreach (var sql in (string[])[$"SET net_write_timeout = {NetWriteTimeoutSeconds}", .. Endpoint.Session, "SET NAMES utf8mb4"])
        {
            if (Execute(sql) is { } refused)
            {
                throw refused.ToException(Endpoint, place, $"the session statement '{sql}' failed");
            }
        }
    }

    /// <summary>Up to 3.3 the library verifies the authority whenever one is named, and the host's name only on request. Later ones
    /// verify both or nothing; then verify-ca gets both.</summary>
    private static bool VerifiesAuthorityAlone =>
        Version.TryParse(Text(LibMariaDb.GetClientInfo()), out var version) && version < new Version(3, 4);

    private static uint Seconds(TimeSpan time) => (uint)Math.Ceiling(time.TotalSeconds);

    private void Set(MySqlOption option, uint value) => _ = LibMariaDb.Options(_mysql, option, &value);

    private void Set(MySqlOption option, nuint value) => _ = LibMariaDb.Options(_mysql, option, &value);

    private void Set(MySqlOption option, bool value)
    {
        var flag = (byte)(value ? 1 : 0);
        _ = LibMariaDb.Options(_mysql, option, &flag);
    }

    private void Set(MySqlOption option, string? value)
    {
        if (value is not null)
        {
            fixed (byte* text = Encoding.UTF8.GetBytes(value + "\0"))
            {
                _ = LibMariaDb.Options(_mysql, option, text);
            }
        }
    }
}
