using Sluice.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Options;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Jobs;

namespace Sluice.ServerTests.RedisWriter;

/// <summary>Runs a job script whose reader is the test's own rows and whose writer is the real one.</summary>
internal sealed class WriterJob : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("sluice-job-").FullName;

    public List<string> Warnings { get; } = [];

    public string DirtyFile => Path.Combine(_folder, "job.dirty.jsonl");

    public string[] DirtyLines => File.Exists(DirtyFile) ? File.ReadAllLines(DirtyFile) : [];

    public JobRunner? Runner { get; private set; }

    /// <summary>What the next runs do about stored positions.</summary>
    public Continuation Continuation { get; set; }

    /// <param name="writer">The writer's parameters without the outer braces, in single quotes for double ones; address included.</param>
    /// <param name="columns">Names, with <c>:Type</c> where it is not text.</param>
    public Plan Plan(string writer, string columns, IEnumerable<object?[]> rows, string setting = "'errorLimit':{'record':'0'}") =>
        Plan(writer, columns, setting, rows);

    public Plan Plan(string writer, string columns, string setting, params IReadOnlyList<IEnumerable<object?[]>> splits)
    {
        var path = Path.Combine(_folder, "job.json");
        File.WriteAllText(path, $$"""
            {'type':'job','version':'2.0',
             'steps':[{'stepType':'rows','parameter':{},'name':'Reader','category':'reader'},
                      {'stepType':'redis','parameter':{ {{writer}} },'name':'Writer','category':'writer'}],
             'setting':{ {{setting}} },
             'order':{'hops':[{'from':'Reader','to':'Writer'}]} }
            """.Replace('\'', '"'));
        var fields = columns.Split(',').Select(c => c.Split(':')).Select(p => new Field(p[0], p.Length > 1 ? Enum.Parse<DataType>(p[1]) : DataType.Text)).ToList();
        return JobScript.Load(new ScriptOptions { Path = path, Clock = TimeProvider.System }, [new RowsPlugin(fields, splits), .. BuiltIn.Connectors], Report);
    }

    public async Task<JobSummary> RunAsync(string writer, string columns, IEnumerable<object?[]> rows, string setting = "'errorLimit':{'record':'0'}", CancellationToken stop = default) =>
        await RunAsync(Plan(writer, columns, rows, setting), stop);

    public async Task<JobSummary> RunAsync(Plan plan, CancellationToken stop = default)
    {
        Runner = new JobRunner(plan, DirtyFile, Report, TimeProvider.System) { Continuation = Continuation };
        return await Runner.RunAsync(stop);
    }

    private Report Report => new(strict: false, Warnings.Add);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
