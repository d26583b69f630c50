using System.Text.Json;
using Sluice.ServerTests.Servers;

namespace Sluice.ServerTests.Cli;

/// <summary>What tests of whole jobs share: both servers, of which Redis is empty at the start of each test.</summary>
[Collection(RedisAndMariaDbCollection.Name)]
public abstract class JobTest : IDisposable
{
    private readonly List<JobFolder> _folders = [];

    protected JobTest(RedisServer redis, MariaDbServer mysql)
    {
        (Redis, MySql) = (redis, mysql);
        redis.Command("FLUSHALL");
    }

    protected RedisServer Redis { get; }

    protected MariaDbServer MySql { get; }

    protected long Keys => (long)Redis.Command("DBSIZE")!;

    /// <summary>Without those that hold the positions of a job that was ended.</summary>
    protected long RowKeys => Keys - Array("KEYS", "sluice:*").Length;

    protected string? Get(string key) => (string?)Redis.Command("GET", key);

    protected string[] Array(params string[] command) => [.. ((object?[])Redis.Command(command)!).Select(o => (string)o!)];

    /// <summary>A folder whose data source is a database with these statements run in it.</summary>
    private protected async Task<JobFolder> FolderAsync(string sql)
    {
        var folder = new JobFolder(Redis, MySql, await MySql.NewDatabaseAsync(sql));
        _folders.Add(folder);
        return folder;
    }

    /// <summary>A run of <c>job.json</c> that must have moved so many rows, none of them dirty.</summary>
    private protected static async Task<JsonElement> MovesAsync(JobFolder folder, long rows)
    {
        var summary = await folder.ExpectAsync(0, "succeeded");
        Assert.Equal(rows, JobFolder.Number(summary, "rowsWritten"));
        Assert.Equal(rows, JobFolder.Number(summary, "rowsRead"));
        return summary;
    }

    /// <summary>A run that must end like this, having written nothing.</summary>
    private protected async Task RefusesAsync(JobFolder folder, int code, params string[] words)
    {
        var summary = await folder.ExpectAsync(code, code == 2 ? "refused" : "failed", words);
        Assert.Equal(0, JobFolder.Number(summary, "rowsWritten"));
        Assert.Equal(0, Keys);
        Assert.False(File.Exists(folder.DirtyFile));
    }

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var folder in _folders)
        {
            folder.Dispose();
        }
    }
}
