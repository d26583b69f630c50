using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions;
using Sluice.Sql.Expressions.Compiling;
using Sluice.Sql.Functions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Tests.Sql.Functions;

/// <summary>Parses, binds and computes calls. The columns s, n and i hold 'text', NULL and 7, so that calls of them are no constants.</summary>
internal sealed class FunctionLab(TimeZoneInfo zone)
{
    /// <summary>2026-02-28 22:30:15.250 UTC.</summary>
    public static readonly DateTimeOffset Now = new(2026, 2, 28, 22, 30, 15, 250, TimeSpan.Zero);

    private static readonly (string Name, SqlType Type)[] s_columns = [("s", SqlType.String), ("n", SqlType.String), ("i", SqlType.Int)];

    private static readonly Schema s_schema = new([.. s_columns.Select(c => new Field(c.Name, c.Type))]);

    private readonly SqlSession _session = new(zone, new StillClock(), new Dictionary<string, string>());

    /// <summary>Examples, one in a line: the call, <c>=&gt;</c>, and its SQL text; <c>&lt;null&gt;</c> is NULL, <c>!! part</c> an error with that part in its message,
    /// <c>refused: part</c> one that is found when the call is compiled.
    /// In both a <c>~</c> is a blank that would not be seen.</summary>
    public static TheoryData<string, string> Examples(string lines)
    {
        var data = new TheoryData<string, string>();
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var arrow = line.IndexOf(" =>", StringComparison.Ordinal);
            data.Add(line[..arrow].TrimEnd(), line[(arrow + 3)..].Trim());
        }

        return data;
    }

    public static void Check(string call, string expected, TimeZoneInfo? zone = null)
    {
        var lab = new FunctionLab(zone ?? TimeZoneInfo.Utc);
        if (expected.StartsWith("refused:", StringComparison.Ordinal))
        {
            Assert.Contains(expected[8..].Trim(), Refusal(call), StringComparison.Ordinal);
        }
        else if (expected.StartsWith("!!", StringComparison.Ordinal))
        {
            Assert.Contains(expected[2..].Trim(), Assert.Throws<DataException>(() => lab.Compute(call)).Message, StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal(expected.Replace('~', ' '), lab.Compute(call).Text ?? "<null>");
        }
    }

    public (string Type, string? Text) Compute(string call)
    {
        var bound = Bind(call);
        var pool = new RowBatchPool(s_schema, BatchSize.Of(16));
        var rows = pool.Rent();
        rows.Count = 1;
        ((TextColumn)rows.Columns[0]).Set(0, "text"u8);
        rows.Columns[1].SetNull(0);
        ((ValueColumn<int>)rows.Columns[2]).Set(0, 7);
        var caught = new Catcher();
        new Calc(s_schema, [("e", bound)], null, _session).Open(null!, caught).WriteAsync(rows, default).AsTask().GetAwaiter().GetResult();
        using var output = caught.Caught!;
        return (bound.Type.ToString(), TextForm.Of(output.Columns[0], 0, bound.Type, zone));
    }

    /// <summary>The texts of a call's result with output heaps of 1, 2, ... bytes, which have to grow at another place each; null where it
    /// is refused or fails.</summary>
    public IReadOnlyList<string?>? WithHeapsOf(string call, int most)
    {
        if (SqlParser.Parse(new SourceText("test.sql", "SELECT " + call)).Errors.Count > 0
            || new ExpressionBinder(_session, new ErrorList()).Bind(Parse(call), Scope()) is not { IsDeterministic: true } bound)
        {
            return null;
        }

        var loop = Loops.Column(bound, selected: false, once: true);
        var inputs = s_columns.Select(c => Column.Create(c.Type, new ByteHeap(16), 1)).ToArray();
        ((TextColumn)inputs[0]).Set(0, "text"u8);
        inputs[1].SetNull(0);
        ((ValueColumn<int>)inputs[2]).Set(0, 7);
        var texts = new List<string?>();
        for (var room = 1; room <= most; room++)
        {
            var heap = new ByteHeap(room);
            var (state, output) = (new EvaluationState(new FunctionContext(zone, new StillClock()), loop.Items), Column.Create(bound.Type, heap, 1));
            state.Begin(heap);
            try
            {
                loop.Run(state, inputs, [], 1, output);
            }
            catch (DataException)
            {
                return null;
            }

            texts.Add(TextForm.Of(output, 0, bound.Type, zone));
        }

        return texts;
    }

    /// <summary>The messages with which a call is refused.</summary>
    public static string Refusal(string call)
    {
        var errors = new ErrorList();
        Assert.Null(new ExpressionBinder(SqlSession.Utc, errors).Bind(Parse(call), Scope()));
        return string.Join("; ", errors.Errors.Select(e => e.Message));
    }

    private BoundExpression Bind(string call)
    {
        var errors = new ErrorList();
        var bound = new ExpressionBinder(_session, errors).Bind(Parse(call), Scope());
        Assert.True(bound is not null, string.Join("; ", errors.Errors.Select(e => e.Message)));
        return bound;
    }

    private static Scope Scope() => new([.. s_columns.Select((c, i) => new ScopeColumn("t", c.Name, c.Type, i))]);

    private static Expression Parse(string call)
    {
        var script = SqlParser.Parse(new SourceText("test.sql", "SELECT " + call.Replace('~', ' ')));
        Assert.Empty(script.Errors);
        return Assert.IsType<SelectBody>(Assert.IsType<QueryStatement>(script.Statements[0]).Query.Body).Items[0].Expression;
    }

    private sealed class StillClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }

    private sealed class Catcher : ISinkWriter
    {
        public RowBatch? Caught { get; private set; }

        public ValueTask WriteAsync(RowBatch rows, CancellationToken stop)
        {
            Caught = rows;
            return ValueTask.CompletedTask;
        }

        public ValueTask FlushAsync(CancellationToken stop) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
