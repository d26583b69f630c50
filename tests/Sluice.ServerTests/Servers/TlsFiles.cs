namespace Sluice.ServerTests.Servers;

/// <summary>PEM files made with openssl: an authority, another one that has signed nothing, a server's certificate for
/// <c>localhost</c> and 127.0.0.1, one for another host, and a client's.</summary>
public sealed record TlsFiles(string Folder)
{
    public string Ca => Path.Combine(Folder, "ca.pem");

    public string OtherCa => Path.Combine(Folder, "other-ca.pem");

    public string Certificate => Path.Combine(Folder, "server.pem");

    public string Key => Path.Combine(Folder, "server.key");

    /// <summary>A certificate of the same authority for <c>elsewhere.example</c>.</summary>
    public string WrongHostCertificate => Path.Combine(Folder, "elsewhere.pem");

    public string WrongHostKey => Path.Combine(Folder, "elsewhere.key");

    public string ClientCertificate => Path.Combine(Folder, "client.pem");

    public string ClientKey => Path.Combine(Folder, "client.key");

    /// <summary>Makes the files in a temporary folder that goes with the test process.</summary>
    public static async Task<TlsFiles> MakeAsync()
    {
        var folder = ServerProcess.NewSharedFolder("tls");
        foreach (var name in (string[])["ca", "other-ca"])
        {
            await OpenSslAsync(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", $"/CN=Sluice test {name}",
                "-keyout", $"{name}.key", "-out", $"{name}.pem");
        }

        await SignAsync(folder, "server", "localhost", "subjectAltName=DNS:localhost,IP:127.0.0.1");
        await SignAsync(folder, "elsewhere", "elsewhere.example", "subjectAltName=DNS:elsewhere.example");
        await SignAsync(folder, "client", "client", "extendedKeyUsage=clientAuth");
        return new TlsFiles(folder);
    }

    private static async Task SignAsync(string folder, string name, string commonName, string extension)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, $"{name}.ext"), extension);
        await OpenSslAsync(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", $"/CN={commonName}", "-keyout", $"{name}.key", "-out", $"{name}.csr");
        await OpenSslAsync(folder, "x509", "-req", "-in", $"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", $"{name}.ext", "-out", $"{name}.pem");
    }

    private static Task<string> OpenSslAsync(string folder, params string[] arguments) =>
        ServerProcess.RunAsync("openssl", "openssl", arguments.Select(a => File.Exists(Path.Combine(folder, a)) || HasExtension(a) ? Path.Combine(folder, a) : a));

    private static bool HasExtension(string argument) => Path.GetExtension(argument) is ".pem" or ".key" or ".csr" or ".ext";
}
