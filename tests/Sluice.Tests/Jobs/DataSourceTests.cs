using Sluice.Engine.Errors;
using Sluice.Engine.Options;

namespace Sluice.Tests.Jobs;

public sealed class DataSourceTests : IDisposable
{
    private const string Shop = """{"shop":{"mysql":{"host":"10.0.0.1","password":"${env:PW}"},"redis":{"host":"10.0.0.2"}},"cache":{"redis":{"host":"10.0.0.3"}}}""";

    private readonly Scratch _scratch = new();

    public DataSourceTests() => _scratch.Environment["PW"] = "hunter2";

    public void Dispose() => _scratch.Dispose();

    private static string From(string name, string type = "mysql") =>
        $$"""{"steps":[{"stepType":"{{type}}","category":"reader","parameter":{"datasource":{{name}} } },{"stepType":"redis","category":"writer"}]}""";

    private OptionNode Entry(string script) => ((FakeSource)_scratch.Load(script).Source).Given.Entry!;

    [Fact]
    public void An_entry_is_found_by_name_and_canonical_type()
    {
        var path = _scratch.Write("datasources.json", Shop);
        var entry = Entry(From("\"shop\"", "mysqlreader"));
        Assert.Equal("10.0.0.1", entry.Find("host")!.Text);
        Assert.Equal("hunter2", entry.Find("password")!.Text);
        Assert.Equal(new Place(path, 1, 26, "shop.mysql.host"), entry.Find("host")!.Place);
        Assert.Empty(_scratch.Warnings);
    }

    [Fact]
    public void The_named_file_comes_before_the_one_beside_the_script_and_that_before_the_users()
    {
        string Host() => Entry(From("\"d\"")).Find("host")!.Text;
        string File(string host) => $$"""{"d":{"mysql":{"host":"{{host}}"} } }""";

        _scratch.Environment["HOME"] = _scratch.PathOf("home");
        _scratch.Write("home/.config/sluice/datasources.json", File("home"));
        Assert.Equal("home", Host());
        _scratch.Environment["XDG_CONFIG_HOME"] = "relative/is/ignored";
        Assert.Equal("home", Host());
        _scratch.Environment["XDG_CONFIG_HOME"] = _scratch.PathOf("xdg");
        _scratch.Write("xdg/sluice/datasources.json", File("xdg"));
        Assert.Equal("xdg", Host());
        _scratch.Write("datasources.json", File("beside"));
        Assert.Equal("beside", Host());
        _scratch.DataSourcesFile = _scratch.Write("other/ds.json", File("named"));
        Assert.Equal("named", Host());
    }

    [Fact]
    public void Without_any_file_the_message_says_where_it_looked_and_what_to_write_instead()
    {
        _scratch.Environment["HOME"] = _scratch.PathOf("home");
        var refused = _scratch.Refusal(From("\"shop\""));
        Assert.Contains("(steps[0].parameter.datasource): the data source \"shop\" is looked up in a file, and there is none at datasources.json or home/.config/sluice/datasources.json", refused, StringComparison.Ordinal);
        Assert.Contains("""{"NAME": {"mysql": {"host": ...}}}""", refused, StringComparison.Ordinal);
        Assert.Contains("or give host, port, username and password in the step's parameters instead of 'datasource'", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_lists_the_known_ones()
    {
        _scratch.Write("datasources.json", Shop);
        Assert.EndsWith("(steps[0].parameter.datasource): there is no data source \"shp\" in datasources.json (did you mean 'shop'?); it has: shop, cache", _scratch.Refusal(From("\"shp\"")), StringComparison.Ordinal);
        _scratch.Write("datasources.json", "{}");
        Assert.EndsWith("there is no data source \"shop\" in datasources.json; it has none", _scratch.Refusal(From("\"shop\"")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_known_name_without_the_type_lists_the_types_it_has()
    {
        _scratch.Write("datasources.json", Shop);
        Assert.Contains("the data source \"cache\" in datasources.json has no 'mysql'; it has: redis", _scratch.Refusal(From("\"cache\"")), StringComparison.Ordinal);
        Assert.Contains("the data source \"shop\" in datasources.json has no 'datagen'; it has: mysql, redis", _scratch.Refusal(From("\"shop\"", "datagen")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_entry_without_its_type_is_refused_and_shows_no_value()
    {
        _scratch.Write("datasources.json", """{"flat":{"host":"h","password":"hunter2"},"text":"hunter2"}""");
        Assert.EndsWith("(text): the data source 'text' is a text; allowed: an object", _scratch.Refusal(From("\"flat\"")), StringComparison.Ordinal);
        _scratch.Write("datasources.json", """{"flat":{"host":"h","password":"hunter2"}}""");
        _scratch.Warnings.Clear();
        Assert.Contains("has no 'mysql'; it has: no known type; an entry is written {\"NAME\": {\"mysql\": {\"host\": ...}}}", _scratch.Refusal(From("\"flat\"")), StringComparison.Ordinal);
        Assert.Equal(2, _scratch.Warnings.Count);
        Assert.DoesNotContain("hunter2", string.Join("", _scratch.Warnings), StringComparison.Ordinal);
        _scratch.Write("datasources.json", """{"flat":{"mysql":"hunter2"}}""");
        Assert.EndsWith("(flat.mysql): 'mysql' of the data source \"flat\" is a text; allowed: an object".Replace("\"flat\"", "'flat'", StringComparison.Ordinal), _scratch.Refusal(From("\"flat\"")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_type_in_the_file_is_a_warning_and_strictly_an_error()
    {
        _scratch.Write("datasources.json", """{"shop":{"mysql":{"host":"h"},"redsi":{}}}""");
        _scratch.Load(From("\"shop\""));
        Assert.Contains("datasources.json:1:39 (shop.redsi): unknown key 'redsi'; did you mean 'redis'?", Assert.Single(_scratch.Warnings), StringComparison.Ordinal);
        _scratch.Strict = true;
        Assert.Contains("unknown key 'redsi'", _scratch.Refusal(From("\"shop\"")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"\"", "the name of a data source is empty; allowed: a name")]
    [InlineData("{}", "the name of a data source is an object; allowed: a name")]
    public void A_name_that_is_none_is_refused(string name, string expected) => Assert.Contains(expected, _scratch.Refusal(From(name)), StringComparison.Ordinal);

    [Fact]
    public void A_named_file_must_exist_even_where_no_step_asks_for_it()
    {
        _scratch.DataSourcesFile = _scratch.PathOf("nowhere.json");
        Assert.Equal("nowhere.json: this does not exist; give the path of a file of data sources", _scratch.Refusal(Scratch.WithWhere("")));
    }

    [Fact]
    public void A_broken_file_is_refused_where_it_breaks_and_only_where_it_is_used()
    {
        _scratch.Write("datasources.json", "{\"shop\":\n {\"mysql\": {\"password\": hunter2}}}");
        var refused = _scratch.Refusal(From("\"shop\""));
        Assert.StartsWith("datasources.json:2:25: expected a value", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refused, StringComparison.Ordinal);
        _scratch.Load(Scratch.WithWhere(""));
    }

    [Fact]
    public void Files_of_secrets_count_from_the_folder_of_the_data_sources()
    {
        _scratch.DataSourcesFile = _scratch.Write("conf/ds.json", """{"shop":{"mysql":{"password":"${file:pw}"}}}""");
        _scratch.Write("conf/pw", "hunter2\n");
        Assert.Equal("hunter2", Entry(From("\"shop\"")).Find("password")!.Text);
        File.Delete(_scratch.PathOf("conf/pw"));
        Assert.Contains("(shop.mysql.password): 'conf/pw' does not exist", _scratch.Refusal(From("\"shop\"")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_secret_matters_only_in_the_entry_that_is_used()
    {
        _scratch.Write("datasources.json", Shop);
        _scratch.Environment.Remove("PW");
        Assert.Contains("(shop.mysql.password): the environment variable 'PW' of '${env:PW}' is not set", _scratch.Refusal(From("\"shop\"")), StringComparison.Ordinal);
        _scratch.Load("""{"steps":[{"stepType":"mysql","category":"reader"},{"stepType":"redis","category":"writer","parameter":{"datasource":"cache"}}]}""");
    }

    [Fact]
    public void Parameters_and_dates_are_not_replaced_in_data_sources()
    {
        _scratch.Parameters["day"] = "Monday";
        _scratch.Write("datasources.json", """{"shop":{"mysql":{"a":"${day}","b":"$[yyyy]","c":"x${y","d":"$${env:PW}","e":"${bizdate}${env:PW}"}}}""");
        var entry = Entry(From("\"shop\""));
        Assert.Equal(["${day}", "$[yyyy]", "x${y", "${env:PW}", "${bizdate}hunter2"], entry.Members.Select(m => m.Value.Text));
        Assert.Equal(2, _scratch.Warnings.Count);
        Assert.Contains("(shop.mysql.a): of placeholders only ${env:NAME} and ${file:PATH} are replaced in data sources", _scratch.Warnings[0], StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", string.Join("", _scratch.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_of_an_entry_is_shown_as_it_was_written()
    {
        _scratch.Write("datasources.json", Shop);
        Assert.Equal("\"${env:PW}\"", Entry(From("\"shop\"")).Find("password")!.Show());
    }

    [Fact]
    public void The_name_of_a_data_source_may_be_a_placeholder()
    {
        _scratch.Write("datasources.json", Shop);
        _scratch.Parameters["env"] = "shop";
        Assert.Equal("10.0.0.1", Entry(From("\"${env}\"")).Find("host")!.Text);
    }
}
