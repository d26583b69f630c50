using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sluice.Connectors.MySql.Native;

/// <summary>The functions of MariaDB Connector/C that the reader uses, under their own names without <c>mysql_</c>.
/// <c>unsigned long</c> is <see langword="nuint"/>: the library is used where it is as wide as a pointer.
/// Source: mariadb.com/kb/en/mariadb-connectorc-api-functions.</summary>
internal static unsafe partial class LibMariaDb
{
    private const string Library = NativeLibraries.MariaDb;

    [LibraryImport(Library, EntryPoint = "mysql_server_init")]
    public static partial int ServerInit(int argc, nint argv, nint groups);

    [LibraryImport(Library, EntryPoint = "mysql_init")]
    public static partial nint Init(nint mysql);

    /// <summary>Not the variadic <c>mysql_optionsv</c>, whose calling convention differs between platforms.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_options")]
    public static partial int Options(nint mysql, MySqlOption option, void* value);

    [LibraryImport(Library, EntryPoint = "mysql_real_connect", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint RealConnect(nint mysql, string? host, string? user, string? password, string? database, uint port, string? socket, nuint flags);

    [LibraryImport(Library, EntryPoint = "mysql_real_query")]
    public static partial int RealQuery(nint mysql, byte* sql, nuint length);

    [LibraryImport(Library, EntryPoint = "mysql_use_result")]
    public static partial nint UseResult(nint mysql);

    /// <summary>May wait for the network.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_fetch_row")]
    public static partial byte** FetchRow(nint result);

    /// <summary>Returns a pointer that the result keeps; too short to be worth a transition of the garbage collector.</summary>
    [SuppressGCTransition]
    [LibraryImport(Library, EntryPoint = "mysql_fetch_lengths")]
    public static partial nuint* FetchLengths(nint result);

    [LibraryImport(Library, EntryPoint = "mysql_fetch_fields")]
    public static partial MySqlField* FetchFields(nint result);

    [LibraryImport(Library, EntryPoint = "mysql_num_fields")]
    public static partial uint NumFields(nint result);

    [LibraryImport(Library, EntryPoint = "mysql_free_result")]
    public static partial void FreeResult(nint result);

    [LibraryImport(Library, EntryPoint = "mysql_close")]
    public static partial void Close(nint mysql);

    [LibraryImport(Library, EntryPoint = "mysql_errno")]
    public static partial uint Errno(nint mysql);

    [LibraryImport(Library, EntryPoint = "mysql_error")]
    public static partial byte* Error(nint mysql);

    [LibraryImport(Library, EntryPoint = "mysql_thread_id")]
    public static partial nuint ThreadId(nint mysql);

    [LibraryImport(Library, EntryPoint = "mysql_get_socket")]
    public static partial int GetSocket(nint mysql);

    /// <summary>The cipher's name, or null where the connection is not encrypted.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_get_ssl_cipher")]
    public static partial byte* GetSslCipher(nint mysql);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_init")]
    public static partial nint StatementInit(nint mysql);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_prepare")]
    public static partial int StatementPrepare(nint statement, byte* sql, nuint length);

    /// <summary>The columns of a prepared statement; 0 where it returns none.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_stmt_result_metadata")]
    public static partial nint StatementResultMetadata(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_errno")]
    public static partial uint StatementErrno(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_error")]
    public static partial byte* StatementError(nint statement);

    [LibraryImport(Library, EntryPoint = "mysql_stmt_close")]
    public static partial byte StatementClose(nint statement);

    /// <summary>The library's version: <c>3.3.19</c>.</summary>
    [LibraryImport(Library, EntryPoint = "mysql_get_client_info")]
    public static partial byte* GetClientInfo();
}

/// <summary><c>enum mysql_option</c>.</summary>
internal enum MySqlOption
{
    ConnectTimeout = 0,
    CharsetName = 7,
    LocalInfile = 8,
    Protocol = 9,
    ReadTimeout = 11,
    WriteTimeout = 12,
    SslVerifyServerCert = 21,
    SslKey = 25,
    SslCert = 26,
    SslCa = 27,
    SslEnforce = 38,
    MaxAllowedPacket = 39,
}

/// <summary><c>enum mysql_protocol_type</c>.</summary>
internal enum MySqlProtocol
{
    Tcp = 1,
    Socket = 2,
}

/// <summary><c>MYSQL_FIELD</c>: what the server says of a column of a result.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct MySqlField
{
    public readonly byte* Name;
    public readonly byte* OriginalName;
    public readonly byte* Table;
    public readonly byte* OriginalTable;
    public readonly byte* Database;
    public readonly byte* Catalog;
    public readonly byte* Default;
    public readonly nuint Length;
    public readonly nuint MaxLength;
    public readonly uint NameLength;
    public readonly uint OriginalNameLength;
    public readonly uint TableLength;
    public readonly uint OriginalTableLength;
    public readonly uint DatabaseLength;
    public readonly uint CatalogLength;
    public readonly uint DefaultLength;
    public readonly MySqlFieldFlags Flags;
    public readonly uint Decimals;
    public readonly uint Charset;
    public readonly MySqlFieldType Type;
    public readonly void* Extension;
}

[Flags]
internal enum MySqlFieldFlags : uint
{
    None = 0,
    NotNull = 1,
    Unsigned = 32,
    /// <summary>Compared byte by byte: a binary type or a <c>_bin</c> collation.</summary>
    Binary = 128,
    Enum = 256,
    Set = 2048,
}

/// <summary><c>enum enum_field_types</c>.</summary>
internal enum MySqlFieldType
{
    Decimal = 0,
    Tiny = 1,
    Short = 2,
    Long = 3,
    Float = 4,
    Double = 5,
    Null = 6,
    Timestamp = 7,
    LongLong = 8,
    Int24 = 9,
    Date = 10,
    Time = 11,
    DateTime = 12,
    Year = 13,
    NewDate = 14,
    VarChar = 15,
    Bit = 16,
    Timestamp2 = 17,
    DateTime2 = 18,
    Time2 = 19,
    Json = 245,
    NewDecimal = 246,
    Enum = 247,
    Set = 248,
    TinyBlob = 249,
    MediumBlob = 250,
    LongBlob = 251,
    Blob = 252,
    VarString = 253,
    String = 254,
    Geometry = 255,
}
