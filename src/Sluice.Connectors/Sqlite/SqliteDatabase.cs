using System.Runtime.InteropServices;
using Sluice.Engine.Errors;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using SQLitePCL;

namespace Sluice.Connectors.Sqlite;

/// <summary>A file opened for reading, through the system's library.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>How long another process may keep the file locked.</summary>
    private const int BusyTimeoutMilliseconds = 10_000;

    private static readonly NativeLibraryName s_name = new("e_sqlite3", ["libsqlite3.so.0", "libsqlite3.dylib", "libsqlite3.so", "e_sqlite3", "sqlite3"],
        "libsqlite3-0 (Debian, Ubuntu), sqlite-libs (Fedora) or sqlite (Homebrew)");

    /// <summary>The bindings call their library e_sqlite3 and would bring their own; here it is the system's.</summary>
    private static readonly Lazy<bool> s_library = new(() =>
    {
        s_name.EnsureLoaded();
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, (name, _, _) => name == s_name.Name ? NativeLibraries.Load(s_name) : 0);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    });

    private readonly sqlite3 _handle;
    private readonly string _path;

    private SqliteDatabase(sqlite3 handle, string path)
    {
        _handle = handle;
        _path = path;
    }

    /// <exception cref="ConfigException">The library is missing.</exception>
    public static void EnsureLibrary() => _ = s_library.Value;

    /// <exception cref="ConfigException">There is no such file, it is no database, or the library is missing.</exception>
    public static SqliteDatabase Open(string path, Place place)
    {
        EnsureLibrary();
        if (!File.Exists(path))
        {
            throw new ConfigException(place, $"'path': there is no file {path}");
        }

        var code = raw.sqlite3_open_v2(path, out var handle, raw.SQLITE_OPEN_READONLY, null);
        if (code != raw.SQLITE_OK)
        {
            var message = raw.sqlite3_errmsg(handle).utf8_to_string();
            handle.Dispose();
            throw new ConfigException(place, $"sqlite {path}: {message} (SQLite error {code})");
        }

        _ = raw.sqlite3_busy_timeout(handle, BusyTimeoutMilliseconds);
        return new SqliteDatabase(handle, path);
    }

    /// <summary>Compiles a query; the first step runs it.</summary>
    /// <exception cref="ConfigException">SQLite refuses it, or it gives no rows.</exception>
    public SqliteStatement Prepare(string sql, Place place)
    {
        var code = raw.sqlite3_prepare_v2(_handle, sql, out var statement, out var tail);
        if (code != raw.SQLITE_OK)
        {
            throw code is raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_IOERR
                ? Broken(code, "the query could not be prepared")
                : new ConfigException(place, $"sqlite {_path}: {Message} (SQLite error {code})");
        }

        if (raw.sqlite3_column_count(statement) == 0 || !string.IsNullOrWhiteSpace(tail))
        {
            statement.Dispose();
            throw new ConfigException(place, $"sqlite {_path}: it must be one SELECT: {sql}");
        }

        return new SqliteStatement(this, statement);
    }

    public EndpointException Broken(int code, string doing) => new(_path, $"{doing}: {Message} (SQLite error {code})");

    /// <summary>Ends a query that another thread runs.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_handle);

    public void Dispose() => _handle.Dispose();

    private string Message => raw.sqlite3_errmsg(_handle).utf8_to_string();
}

/// <summary>A compiled query.</summary>
internal sealed class SqliteStatement(SqliteDatabase database, sqlite3_stmt handle) : IDisposable
{
    public SqliteDatabase Database { get; } = database;

    public sqlite3_stmt Handle { get; } = handle;

    /// <summary>The columns, their types by what the table declares. An expression has no declared type and counts as text.</summary>
    public IReadOnlyList<Field> Fields { get; } =
        [.. Enumerable.Range(0, raw.sqlite3_column_count(handle)).Select(i =>
            new Field(raw.sqlite3_column_name(handle, i).utf8_to_string(), TypeOf(raw.sqlite3_column_decltype(handle, i).utf8_to_string())))];

    public void Dispose() => Handle.Dispose();

    /// <summary>As SQLite reads declared types: by what is in them.</summary>
    internal static DataType TypeOf(string? declared)
    {
        var text = (declared ?? "").ToUpperInvariant();
        return s_types.FirstOrDefault(t => text.Contains(t.Part, StringComparison.Ordinal)) is { Part: not null } found ? found.Type : DataType.Text;
    }

    private static readonly (string Part, DataType Type)[] s_types =
    [
        ("INT", DataType.Integer), ("CHAR", DataType.Text), ("CLOB", DataType.Text), ("TEXT", DataType.Text), ("BLOB", DataType.Bytes),
        ("REAL", DataType.Double), ("FLOA", DataType.Double), ("DOUB", DataType.Double), ("BOOL", DataType.Boolean),
        ("DATETIME", DataType.DateTime), ("TIMESTAMP", DataType.DateTime), ("DATE", DataType.Date), ("TIME", DataType.Time),
        ("DEC", DataType.Decimal), ("NUMERIC", DataType.Decimal), ("JSON", DataType.Json),
    ];
}
