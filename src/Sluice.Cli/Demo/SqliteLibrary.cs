using System.Runtime.InteropServices;
using System.Text;

namespace Sluice.Cli.Demo;

/// <summary>The four functions of the system's SQLite that it takes to make a small database (https://www.sqlite.org/c3ref/intro.html).</summary>
internal static unsafe class SqliteLibrary
{
    private static readonly string[] s_fileNames = ["libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib"];

    public static bool IsThere => Load(out _);

    /// <summary>Runs statements on a database, which is made where it does not exist.</summary>
    public static void Execute(string file, string statements)
    {
        if (!Load(out var library))
        {
            throw new InvalidOperationException("libsqlite3 is gone");
        }

        var open = (delegate* unmanaged<byte*, nint*, int>)NativeLibrary.GetExport(library, "sqlite3_open");
        var execute = (delegate* unmanaged<nint, byte*, nint, nint, nint, int>)NativeLibrary.GetExport(library, "sqlite3_exec");
        var message = (delegate* unmanaged<nint, nint>)NativeLibrary.GetExport(library, "sqlite3_errmsg");
        var close = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "sqlite3_close");
        nint database = 0;
        fixed (byte* name = Terminated(file), text = Terminated(statements))
        {
            try
            {
                if (open(name, &database) != 0 || execute(database, text, 0, 0, 0) != 0)
                {
                    throw new InvalidOperationException($"sqlite: {Marshal.PtrToStringUTF8(message(database))}");
                }
            }
            finally
            {
                _ = close(database);
            }
        }
    }

    private static bool Load(out nint library)
    {
        foreach (var name in s_fileNames)
        {
            if (NativeLibrary.TryLoad(name, out library))
            {
                return true;
            }
        }

        library = 0;
        return false;
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + "\0");
}
