using Sluice.ServerTests.Cli;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Reference;

/// <summary>One job in the three forms of scripts: what is in Redis afterwards is the same.</summary>
public sealed class DialectTests(RedisServer redis, MariaDbServer mysql) : JobTest(redis, mysql)
{
    private const string Table = "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20), day DATE); INSERT INTO t SELECT seq, CONCAT('n', seq), '2024-02-29' FROM seq_1_to_100";

    private const string Unified = """
        { "type": "job", "version": "2.0",
          "steps": [
            { "stepType": "mysql", "category": "reader", "name": "Reader", "parameter": { "datasource": "shop", "connection": [{ "table": ["t"] }], "column": ["id", "name", "day"], "where": "id > 50", "splitPk": "id" } },
            { "stepType": "redis", "category": "writer", "name": "Writer", "parameter": { "datasource": "shop", "keyIndexes": [1, 0], "keyFieldDelimiter": ":", "dateFormat": "yyyy/MM/dd", "expireTime": { "seconds": "500" } } }
          ],
          "order": { "hops": [{ "from": "Reader", "to": "Writer" }] },
          "setting": { "errorLimit": { "record": "0" }, "speed": { "concurrent": "2", "throttle": false } } }
        """;

    private const string Configuration = """
        { "type": "job", "version": "1.0",
          "configuration": {
            "reader": { "plugin": "mysql", "parameter": { "datasource": "shop", "table": "t", "column": ["id", "name", "day"], "where": "id > 50", "splitPk": "id" } },
            "writer": { "plugin": "redis", "parameter": { "datasource": "shop", "keyIndexes": [1, 0], "keyFieldDelimiter": ":", "dateFormat": "yyyy/MM/dd", "expireTime": { "seconds": 500 } } },
            "setting": { "errorLimit": { "record": "0" }, "speed": { "concurrent": "2", "throttle": false } } } }
        """;

    [Fact]
    public async Task All_three_dialects_give_the_same_content()
    {
        var folder = await FolderAsync(Table);
        var open = $$"""
            { "job": {
                "setting": { "speed": { "channel": 2 }, "errorLimit": { "record": 0, "percentage": 0.02 } },
                "content": [{
                  "reader": { "name": "mysqlreader", "parameter": {
                    "username": "{{MariaDbServer.User}}", "password": {{System.Text.Json.JsonSerializer.Serialize(MariaDbServer.Password)}},
                    "column": ["id", "name", "day"], "splitPk": "id", "where": "id > 50",
                    "connection": [{ "table": ["t"], "jdbcUrl": ["jdbc:mysql://127.0.0.1:{{MySql.Port}}/{{folder.MySql["database"]}}?useUnicode=true&characterEncoding=utf8&useSSL=false"] }] } },
                  "writer": { "name": "rediswriter", "parameter": {
                    "hostPort": "127.0.0.1:{{Redis.Port}}", "keyIndexes": [1, 0], "keyFieldDelimiter": ":", "dateFormat": "yyyy/MM/dd", "type": "string", "mode": "set", "expireTime": 500 } } }] } }
            """;
        string? first = null;
        foreach (var script in (string[])[Unified, Configuration, open])
        {
            Redis.Command("FLUSHALL");
            folder.Write("job.json", script);
            var run = await folder.RunAsync("run", "job.json", "--json", "--strict");
            Assert.Equal(50, JobFolder.Number(JobFolder.Check(run, 0, "succeeded"), "rowsWritten"));
            Assert.Empty(run.Error);
            Assert.InRange((long)Redis.Command("TTL", "n51:51")!, 400, 500);
            var content = string.Join('\n', Array("KEYS", "*").Order(StringComparer.Ordinal).Select(k => $"{k}={Get(k)}"));
            Assert.Contains("n51:51=2024/02/29", content, StringComparison.Ordinal);
            Assert.Equal(first ??= content, content);
        }
    }
}
