using Sluice.Connectors;
using Sluice.Engine.Errors;

namespace Sluice.Tests.MySql;

public sealed class NativeLibraryTests
{
    [Fact]
    public void A_missing_library_is_one_sentence_with_the_package_to_install()
    {
        var e = Assert.Throws<ConfigException>(new NativeLibraryName("x", ["libno-such.so.9", "libno-such.dylib"], "some-package (Debian)").EnsureLoaded);
        Assert.Equal("the library libno-such.so.9 is not installed: install some-package (Debian)", e.Message);
    }
}
