using Sluice.Connectors.MySql;
using Sluice.Engine.Errors;
using Sluice.ServerTests.Servers;

namespace Sluice.Tests.MySql;

/// <summary>What a MySQL step may say, and what is refused without asking a server.</summary>
public sealed class MySqlOptionTests
{
    private const string Server = """ "host":"h","username":"u" """;

    [Theory]
    [InlineData($$"""{ {{Server}}, "column":["id"]}""", "there is nothing to read: give 'table' or 'querySql'")]
    [InlineData($$"""{ {{Server}}, "column":["id"],"table":[]}""", "job.json (table): 'table' is empty: fill in the tables to read")]
    [InlineData($$"""{ {{Server}}, "column":["id"],"connection":[{"table":[]}]}""", "job.json (connection[0].table): 'table' is empty")]
    [InlineData($$"""{ {{Server}}, "column":["id"],"connection":[]}""", "'connection' is empty")]
    [InlineData($$"""{ {{Server}}, "column":["id"],"connection":["t"]}""", "'connection' holds \"t\"")]
    [InlineData($$"""{ {{Server}}, "querySql":[]}""", "'querySql' is empty")]
    [InlineData($$"""{ {{Server}}, "table":"t"}""", "'column' is missing")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":[]}""", "'column' is empty")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":[["a"]]}""", "'column' holds a list")]
    [InlineData($$"""{ {{Server}}, "table":[" "],"column":["*"]}""", "'table' holds \" \"")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"splitFactor":0}""", "'splitFactor' is 0; allowed: integer from 1 to 1000")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"encoding":"gbk"}""", "drop the option")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"timeZone":"+8 o'clock"}""", "'timeZone' is")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"session":["DELETE FROM t"]}""", "allowed: SET statements")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"sslMode":"strict"}""", "allowed: one of preferred, disabled, required, verify-ca, verify-full")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"sslMode":"verify-full"}""", "needs 'sslCa'")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"sslCa":"ca.pem"}""", "verifies nothing")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"sslMode":"verify-ca","sslCa":"no-such.pem"}""", "there is no file /no-such.pem")]
    [InlineData($$"""{ {{Server}}, "table":"t","column":["*"],"sslCert":"c.pem"}""", "'sslCert' and 'sslKey' go together")]
    [InlineData($$"""{ {{Server}}, "user":"v","table":"t","column":["*"]}""", "are the same option")]
    [InlineData("""{"username":"u","table":"t","column":["*"]}""", "'host' is missing")]
    [InlineData("""{"host":"h","table":"t","column":["*"]}""", "'username' is missing")]
    [InlineData("""{"host":"h","port":"70000","username":"u","table":"t","column":["*"]}""", "allowed: integer from 1 to 65535")]
    [InlineData("""{"datasource":"nope","table":"t","column":["*"]}""", "there is no data source 'nope' for mysql")]
    public void A_wrong_step_is_refused_with_what_is_allowed(string json, string message)
    {
        var e = Assert.Throws<ConfigException>(() => SourceRun.Create("mysql", json));
        Assert.Contains(message, e.Message);
        Assert.StartsWith("job.json", e.Message);
    }

    [Theory]
    [InlineData("utf8")]
    [InlineData("UTF-8")]
    [InlineData("utf8mb4")]
    public void Utf8_is_accepted_in_every_spelling(string encoding) =>
        Assert.NotNull(SourceRun.Create("mysql", $$"""{ {{Server}}, "table":"t","column":["*"],"encoding":"{{encoding}}","fetchSize":"1024","splitPk":""}"""));

    [Fact]
    public void Unknown_keys_are_reported_with_the_nearest_name_in_the_step_in_connections_and_in_data_sources()
    {
        var warnings = new List<string>();
        SourceRun.Create("mysql", """{"datasource":"d","column":["*"],"splitPK":"id","connection":[{"tables":"x","table":"t"}]}""",
            """{"d":{"mysql":{"host":"h","username":"u","pasword":"x"}}}""", warnings);
        Assert.Equal(3, warnings.Count);
        Assert.Contains(warnings, w => w.Contains("'tables'; did you mean 'table'?"));
        Assert.Contains(warnings, w => w.Contains("'pasword'; did you mean 'password'?"));
        Assert.Contains(warnings, w => w.Contains("'splitPK'; did you mean 'splitPk'?"));
    }

    [Theory]
    [InlineData("""{"host":"a"}""", """{}""", """{"host":"b","port":1}""", "a:3306")]
    [InlineData("""{"port":7}""", """{}""", """{"host":"b","port":1}""", "b:7")]
    [InlineData("""{}""", """{"host":"c"}""", """{"host":"b","port":1}""", "c:3306")]
    [InlineData("""{"host":"a"}""", """{"host":"c","port":9}""", """{"host":"b"}""", "c:9")]
    [InlineData("""{}""", """{"datasource":"e"}""", """{"host":"b"}""", "from-e:3306")]
    [InlineData("""{"jdbcUrl":"jdbc:mysql://j:5/x"}""", """{}""", """{"host":"b","database":"y"}""", "j:5/x")]
    [InlineData("""{"jdbcUrl":"jdbc:mysql://j:5/x","host":"a","database":"z"}""", """{}""", """{}""", "a:3306/z")]
    public void What_stands_nearest_wins(string step, string connection, string dataSource, string expected)
    {
        var source = SourceRun.Create("mysql", $$"""{"datasource":"d","username":"u","column":["*"],"connection":[{"table":"t",{{connection[1..]}}],{{step[1..]}}""".Replace(",}", "}"),
            $$"""{"e": {"mysql": {"host":"from-e"} } ,"d":{"mysql": {{dataSource}} } }""");
        Assert.Equal("mysql " + expected, source.Name);
    }

    [Fact]
    public void A_jdbc_url_is_taken_apart()
    {
        var url = JdbcUrl.Parse("jdbc:mysql://a:3307,[::1]:3308,b/shop%20x?user=me&password=p%26w&useSSL=false&sslMode=VERIFY_IDENTITY&useUnicode=true", new Place("f", 0, 0, ""));
        Assert.Equal([("a", 3307u), ("::1", 3308u), ("b", null)], url.Servers);
        Assert.Equal(("shop x", "me", "p&w", SslMode.VerifyFull), (url.Database, url.Username, url.Password, url.SslMode));
        url = JdbcUrl.Parse("jdbc:mariadb://me:pw@a", new Place("f", 0, 0, ""));
        Assert.Equal(("me", "pw", null, null), (url.Username, url.Password, url.Database, url.SslMode));
    }

    [Theory]
    [InlineData("jdbc:oracle:thin:@secret")]
    [InlineData("jdbc:mysql://h:port/db?password=secret")]
    [InlineData("jdbc:mysql:///db?password=secret")]
    [InlineData("jdbc:mysql://app:secret/x@db:3306/shop")]
    [InlineData("jdbc:mysql://app:1/secret@db:3306/shop")]
    [InlineData("jdbc:mysql://app:12?secret@db:3306/shop")]
    [InlineData("jdbc:mysql://app:secret?x@db:3306/shop")]
    public void A_wrong_jdbc_url_is_refused_without_showing_its_password(string url)
    {
        var e = Assert.Throws<ConfigException>(() => JdbcUrl.Parse(url, new Place("job.json", 2, 5, "")));
        Assert.Contains("jdbc:mysql://host:port/database", e.Message);
        Assert.DoesNotContain("secret", e.Message);
    }

    [Fact]
    public void Passwords_do_not_show_in_an_endpoints_text() =>
        Assert.Equal("h:1/db", new MySqlEndpoint { Host = "h", Port = 1, Database = "db", Password = "secret", ConnectTimeout = default, SocketTimeout = default }.ToString());
}
