using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.MySql;

public sealed class TlsFixture : IAsyncLifetime
{
    public TlsMariaDbServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await TlsMariaDbServer.StartNewAsync();

    public async ValueTask DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>S-5: sslMode.</summary>
public sealed class TlsTests(TlsFixture fixture) : IClassFixture<TlsFixture>
{
    private TlsMariaDbServer Server => fixture.Server;

    [Theory]
    [InlineData("disabled", false)]
    [InlineData("preferred", true)]
    [InlineData("required", true)]
    [InlineData("verify-ca", true)]
    [InlineData("verify-full", true)]
    public async Task The_connection_is_encrypted_as_the_mode_says(string mode, bool encrypted)
    {
        var ca = mode.StartsWith("verify", StringComparison.Ordinal) ? """ ,"sslCa":"ca.pem" """ : "";
        var rows = await SourceRun.ReadAsync(Source("127.0.0.1", $""" "sslMode":"{mode}" {ca} """));
        Assert.Equal(encrypted, rows[0][1] != "");
    }

    [Theory]
    [InlineData("verify-ca")]
    [InlineData("verify-full")]
    public async Task A_certificate_of_an_authority_that_is_not_trusted_is_refused(string mode)
    {
        var e = await Assert.ThrowsAsync<ConfigException>(() => SourceRun.ReadAsync(Source("127.0.0.1", $""" "sslMode":"{mode}","sslCa":"other-ca.pem" """)));
        Assert.Contains("(MySQL error 2026)", e.Message);
        Assert.Contains($"127.0.0.1:{Server.Port}", e.Message);
    }

    [Fact]
    public async Task Only_verify_full_refuses_a_certificate_for_another_host()
    {
        await using var elsewhere = await MariaDbServer.StartNewAsync($"--ssl-ca={Server.Files.Ca}", $"--ssl-cert={Server.Files.WrongHostCertificate}", $"--ssl-key={Server.Files.WrongHostKey}");
        string Json(string mode) => $$"""{"host":"127.0.0.1","port":{{elsewhere.Port}},"username":"root","sslMode":"{{mode}}","sslCa":"ca.pem","querySql":"SELECT 1"}""";
        Assert.Single(await SourceRun.ReadAsync(SourceRun.Create("mysql", Json("verify-ca"), baseDirectory: Server.Files.Folder)));
        var e = await Assert.ThrowsAsync<ConfigException>(() => SourceRun.ReadAsync(SourceRun.Create("mysql", Json("verify-full"), baseDirectory: Server.Files.Folder)));
        Assert.Contains("(MySQL error 2026)", e.Message);
    }

    [Fact]
    public async Task A_server_without_tls_is_refused_by_all_modes_but_preferred()
    {
        await using var plain = await MariaDbServer.StartNewAsync("--skip-ssl");
        foreach (var mode in (string[])["required", "verify-ca", "verify-full"])
        {
            var ca = mode == "required" ? "" : """ "sslCa":"ca.pem", """;
            var source = SourceRun.Create("mysql", $$"""{"host":"127.0.0.1","port":{{plain.Port}},"username":"root","sslMode":"{{mode}}",{{ca}}"querySql":"SELECT 1"}""", baseDirectory: Server.Files.Folder);
            await Assert.ThrowsAsync<ConfigException>(() => SourceRun.ReadAsync(source));
        }

        Assert.Single(await SourceRun.ReadAsync(SourceRun.Create("mysql", $$"""{"host":"127.0.0.1","port":{{plain.Port}},"username":"root","querySql":"SELECT 1"}""")));
    }

    [Fact]
    public async Task A_client_certificate_is_shown_to_a_server_that_asks_for_one()
    {
        await Server.QueryAsync("CREATE USER IF NOT EXISTS certified IDENTIFIED BY 'x' REQUIRE X509");
        const string Login = """ "username":"certified","password":"x","sslMode":"verify-full","sslCa":"ca.pem" """;
        Assert.Single(await SourceRun.ReadAsync(Source("localhost", Login + """ ,"sslCert":"client.pem","sslKey":"client.key" """)));
        var e = await Assert.ThrowsAsync<ConfigException>(() => SourceRun.ReadAsync(Source("localhost", Login)));
        Assert.Contains("Access denied", e.Message);
    }

    private ISource Source(string host, string more) =>
        SourceRun.Create("mysql", $$"""{"host":"{{host}}","port":{{Server.Port}}, {{(more.Contains("username") ? "" : """ "username":"root", """)}} {{more}},"querySql":"SHOW STATUS LIKE 'Ssl_cipher'"}""", baseDirectory: Server.Files.Folder);
}
