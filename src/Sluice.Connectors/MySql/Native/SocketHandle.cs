using System.Runtime.InteropServices;

namespace Sluice.Connectors.MySql.Native;

/// <summary>A second handle of a connection's socket, through which another thread may end the connection while the library
/// waits in it. The library's own handle cannot be used for that: it may be closed, and its number taken by another file.</summary>
internal sealed partial class SocketHandle : IDisposable
{
    private const int BothDirections = 2;

    private readonly Lock _gate = new();
    private int _handle;

    public SocketHandle(int librarysHandle) => _handle = Duplicate(librarysHandle);

    /// <summary>Whoever reads or writes on the connection gets an error at once.</summary>
    public void Shutdown()
    {
        lock (_gate)
        {
            if (_handle >= 0)
            {
                _ = Shutdown(_handle, BothDirections);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_handle >= 0)
            {
                _ = CloseHandle(_handle);
                _handle = -1;
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int handle);

    [LibraryImport("libc", EntryPoint = "shutdown")]
    private static partial int Shutdown(int handle, int how);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseHandle(int handle);
}
