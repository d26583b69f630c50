using Sluice.Engine.Errors;
using Sluice.ServerTests.RedisWriter;

namespace Sluice.Tests.Redis;

/// <summary>What the writer refuses before it touches a server (S-12 to S-19, S-33).</summary>
public sealed class WriterOptionTests : IDisposable
{
    private readonly WriterJob _job = new();

    public void Dispose() => _job.Dispose();

    private ConfigException Refusal(string writer) => Assert.Throws<ConfigException>(() => _job.Plan("'host':'nowhere'," + writer, "a,b,c", []));

    [Theory]
    [InlineData("'deliveryGuarantee':'exactly-once','positionRetention':'0'", "is 0ms; allowed: from 1 s", "positionRetention")]
    [InlineData("'deliveryGuarantee':'exactly-once','positionRetention':'999ms'", "running it again writes every row again", "positionRetention")]
    [InlineData("'positionRetention':'1d'", "goes with 'deliveryGuarantee' exactly-once", "positionRetention")]
    [InlineData("'deliveryGuarantee':'at-most-once'", "at-least-once", "deliveryGuarantee")]
    public void What_is_wrong_about_delivery_is_said_and_names_the_option(string option, string message, string name)
    {
        var e = Refusal("'keyIndexes':0," + option);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains($"'{name}'", e.Message, StringComparison.Ordinal);
        Assert.True(e.Place is { Line: > 0 }, e.Message);
    }

    [Theory]
    [InlineData("redis://127.0.0.1:27120")]
    [InlineData("rediss://:S3cret@cache")]
    [InlineData("cache/0")]
    public void A_URL_is_no_host(string host)
    {
        var e = Assert.Throws<ConfigException>(() => _job.Plan($"'keyIndexes':0,'host':'{host}'", "a,b", []));
        Assert.Contains("'host' is a URL; allowed: the host alone, such as redis.example; the port stands in 'port'", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", e.Message, StringComparison.Ordinal);
        Assert.True(e.Place is { Line: > 0 }, e.Message);
    }

    [Theory]
    [InlineData("'redisMode':'Cluster'", "'redisMode' is \"Cluster\"; allowed: empty for a single server, or ClusterMode")]
    [InlineData("'redisMode':'ClusterMode','clusterMode':false", "'clusterMode' is false, and 'redisMode' asks for a Redis Cluster")]
    [InlineData("'redisMode':'ClusterMode','selectDatabase':1", "'selectDatabase' is 1, and a Redis Cluster has database 0 alone")]
    [InlineData("'redisMode':'ClusterMode','selectDatabase':0,'dbNum':2", "'dbNum' is 2, and a Redis Cluster has database 0 alone")]
    [InlineData("'clusterMode':true,'database':3", "is 3, and a Redis Cluster has database 0 alone")]
    [InlineData("'clusterMode':'true','selectDatabase':'1'", "a Redis Cluster has database 0 alone")]
    [InlineData("'clusterMode':true,'hostAndPorts':'a:1,b'", "'b' is no address; allowed: host:port")]
    [InlineData("'clusterMode':true,'hostAndPorts':','", "is no address")]
    [InlineData("'hostAndPorts':'a:1,b:2'", "'clusterMode' to true")]
    [InlineData("'redisMode':'ClusterMode','connection.pool.max-total':1", "2 tasks need 2 connections")]
    public void What_does_not_go_with_a_cluster_or_only_with_one_is_refused(string option, string message)
    {
        var e = Assert.Throws<ConfigException>(() => _job.Plan("'host':'nowhere','keyIndexes':0," + option, "a,b,c", [], "'speed':{'concurrent':2}"));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.True(e.Place is { Line: > 0 }, e.Message);
    }

    [Theory]
    [InlineData("'redisMode':'ClusterMode'", "redis nowhere:6379/0")]
    [InlineData("'redisMode':'clusterdirectmode','selectDatabase':0,'dbNum':'0'", "redis nowhere:6379/0")]
    [InlineData("'clusterMode':'true','hostAndPorts':'a:1, [::1]:2,c:3','connection.pool.max-total':1", "redis a:1,[::1]:2,c:3/0")]
    public void A_cluster_is_named_by_its_seeds(string option, string name)
    {
        var plan = _job.Plan("'host':'nowhere','keyIndexes':0," + option, "a,b", []);
        Assert.Equal(name, plan.Sink.Name);
        Assert.Empty(_job.Warnings);
    }

    [Theory]
    [InlineData("'redisMode':'ClusterMode','sentinel.master':'m','hostAndPorts':'a:1'", "'sentinel.master'", "a Redis Cluster has no sentinels")]
    [InlineData("'cacert.filepath':'none.pem'", "'cacert.filepath'", "none.pem' cannot be read")]
    [InlineData("'cacert.filepath':'none.pem','tls':'false'", "'tls'", "is false and 'cacert.filepath' is given")]
    [InlineData("'cacert.password':'S3cret','tls':true", "'cacert.password'", "goes with 'cacert.filepath'")]
    [InlineData("'cert.filepath':'none.pem'", "'cert.filepath'", "turn TLS on by 'cacert.filepath' or 'tls' = 'true'")]
    [InlineData("'cert.filepath':'none.pem','tls':true", "'cert.filepath'", "none.pem' cannot be read")]
    [InlineData("'cert.password':'S3cret','tls':true", "'cert.password'", "goes with 'cert.filepath'")]
    [InlineData("'sentinel.master':'m'", "'sentinel.master'", "goes with 'hostAndPorts'")]
    [InlineData("'sentinel.master':'m','hostAndPorts':'a:1,b'", "'hostAndPorts'", "'b' is no address")]
    [InlineData("'sentinel.password':'S3cret'", "'sentinel.password'", "goes with 'sentinel.master'")]
    [InlineData("'sentinel.username':'u'", "'sentinel.username'", "goes with 'sentinel.master'")]
    [InlineData("'sentinel.master':'m','hostAndPorts':'a:1','sentinel.username':'u'", "'sentinel.username'", "goes with 'sentinel.password', which is absent")]
    [InlineData("'sentinel.master':'m','hostAndPorts':'a:1','sentinel.user':'u','sentinel.password':''", "'sentinel.user'", "goes with 'sentinel.password', which is empty")]
    [InlineData("'username':'u'", "'username'", "'username' goes with 'password', which is absent")]
    [InlineData("'user':'u','password':''", "'user'", "'username' goes with 'password', which is empty")]
    [InlineData("'hostAndPorts':'redis://:S3cret@a:1'", "'hostAndPorts'", "'hostAndPorts' is a URL; allowed: host:port")]
    public void Options_of_TLS_and_Sentinel_that_do_not_fit_together_are_refused_at_their_place(string option, string name, string message)
    {
        var e = Refusal("'keyIndexes':0," + option);
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains(name.Trim('\''), e.Place!.Path, StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'redisMode':'','clusterMode':false,'tls':'false','cacert.filepath':'','sentinel.master':'','deliveryGuarantee':'at-least-once'")]
    [InlineData("'hostAndPorts':'[::1]:7000'")]
    [InlineData("'hostAndPorts':['a:1']")]
    [InlineData("'username':'','password':'S3cret'")]
    [InlineData("'sentinel.master':'m','hostAndPorts':['a:1','b:2'],'sentinel.user':'u','sentinel.password':'p'")]
    [InlineData("'hostPort':'elsewhere:7000'")]
    [InlineData("'tls':true")]
    [InlineData("'sentinel.master':'m','hostAndPorts':'a:1, b:2,[::1]:3'")]
    [InlineData("'sentinel.username':'','sentinel.password':'','cacert.password':'','cert.filepath':'','cert.password':''")]
    [InlineData("'batchSize':'1','timeout':'1','selectDatabase':'15','connect.timeout':'10 s','socket.timeout':'1500ms','connection.pool.max-total':1")]
    public void Empty_and_false_are_the_same_as_absent(string option)
    {
        _job.Plan("'host':'nowhere','keyIndexes':0," + option, "a,b", []);
        Assert.Empty(_job.Warnings);
    }

    [Theory]
    [InlineData("'batchSize':0")]
    [InlineData("'batchSize':-1")]
    [InlineData("'batchSize':'many'")]
    [InlineData("'timeout':0")]
    [InlineData("'timeout':'-5'")]
    [InlineData("'selectDatabase':-1")]
    [InlineData("'dbNum':'x'")]
    [InlineData("'port':0")]
    [InlineData("'port':65536")]
    [InlineData("'socket.timeout':'0 ms'")]
    [InlineData("'connect.timeout':'3 fortnights'")]
    [InlineData("'hostAndPorts':'here'")]
    [InlineData("'hostAndPorts':'here:0'")]
    [InlineData("'hostAndPorts':'a:1,b:2'")]
    [InlineData("'hostAndPorts':[['a:1']]")]
    [InlineData("'expireTime':{'seconds':-1}")]
    [InlineData("'expireTime':-1")]
    [InlineData("'expireTime':'soon'")]
    [InlineData("'expireTime':{'unixtime':-1}")]
    [InlineData("'expireTime':{'unixtime':1000000000}")]
    [InlineData("'expireTime':{'seconds':10,'unixtime':4000000000}")]
    [InlineData("'expireTime':[1]")]
    [InlineData("'keyFieldDelimiter':1")]
    [InlineData("'keyFieldDelimiter':['x']")]
    [InlineData("'writeMode':{'type':'string','valueFieldDelimiter':true}")]
    [InlineData("'writeMode':'set'")]
    [InlineData("'type':'set','writeMode':{'type':'set'}")]
    [InlineData("'dateFormat':'QQ'")]
    [InlineData("'writeMode':{'type':'list'},'column':[{'name':'x','index':1}]")]
    [InlineData("'writeMode':{'type':'set'},'column':[{'name':'x','index':1}]")]
    [InlineData("'writeMode':{'type':'zset'},'column':[{'name':'x','index':1}]")]
    [InlineData("'column':[]")]
    [InlineData("'column':['a']")]
    [InlineData("'column':[{'name':'x'}]")]
    [InlineData("'column':[{'index':1}]")]
    [InlineData("'column':[{'name':'x','index':1,'type':'float'}]")]
    [InlineData("'column':[{'name':'x','index':1},{'name':'x','index':2}]")]
    public void A_wrong_value_is_a_config_error_with_its_place(string option)
    {
        var e = Refusal("'keyIndexes':0," + option);
        Assert.True(e.Place is { Line: > 0 }, e.Message);
    }

    [Theory]
    [InlineData("'keyIndexes':[]", "empty")]
    [InlineData("'keyIndexes':[0,1,0]", "column 0 more than once")]
    [InlineData("'keyIndexes':[1,'1']", "column 1 more than once")]
    [InlineData("'keyIndexes':-1", "keyIndexes")]
    [InlineData("'keyIndexes':'a'", "keyIndexes")]
    [InlineData("'keyIndexes':null", "keyIndexes")]
    [InlineData("'batchSize':1", "'keyIndexes' is missing")]
    public void Key_indexes_are_distinct_whole_numbers(string option, string message) =>
        Assert.Contains(message, Refusal(option).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("'type':'sting'", "did you mean string?")]
    [InlineData("'type':'zsett'", "did you mean zset?")]
    [InlineData("'type':'stream'", "allowed: string, list, set, zset, hash")]
    [InlineData("'type':'list','mode':'rpus'", "did you mean rpush?")]
    [InlineData("'type':'list','mode':'sadd'", "allowed with type list: lpush, rpush")]
    [InlineData("'type':'hash','mode':'hsett'", "did you mean hset?")]
    [InlineData("'mode':'lpush'", "allowed with type string: set")]
    public void An_unknown_type_or_mode_prints_the_known_ones(string words, string message) =>
        Assert.Contains(message, Refusal($"'keyIndexes':0,'writeMode':{{{words}}}").Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("'keyIndexes':3", "column 3; the source has 3 (a, b, c)")]
    [InlineData("'keyIndexes':[0,1,2]", "at least one must be left for the value")]
    [InlineData("'keyIndexes':0,'column':[{'name':'x','index':7}]", "column 7")]
    [InlineData("'keyIndexes':[0,1],'writeMode':{'type':'zset'}", "score then member; beside the key the source has 1 (c)")]
    [InlineData("'keyIndexes':[0,1],'writeMode':{'type':'hash'}", "name the fields with 'column'")]
    public void What_does_not_fit_the_columns_is_refused_before_anything_is_connected(string writer, string message) =>
        Assert.Contains(message, Refusal(writer).Message, StringComparison.Ordinal);

    [Fact]
    public void More_tasks_than_connections_allowed_is_a_config_error()
    {
        var e = Assert.Throws<ConfigException>(() => _job.Plan("'host':'nowhere','keyIndexes':0,'connection.pool.max-total':2", "a,b", [], "'speed':{'concurrent':3}"));
        Assert.Contains("max-total", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_address_says_what_to_give() =>
        Assert.Contains("'host'", Assert.Throws<ConfigException>(() => _job.Plan("'keyIndexes':0", "a,b", [])).Message, StringComparison.Ordinal);
}
