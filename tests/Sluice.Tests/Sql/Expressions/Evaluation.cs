using System.Text;
using Sluice.Engine.Connectors;
using Sluice.Engine.Execution;
using Sluice.Engine.Rows;
using Sluice.Engine.Types;
using Sluice.Sql.Expressions;
using Sluice.Sql.Parsing;
using Sluice.Sql.Parsing.Syntax;
using RowField = Sluice.Engine.Types.RowField;

namespace Sluice.Tests.Sql.Expressions;

/// <summary>Parses, binds and computes expressions over one row with a column of every type, and one that is all nulls.</summary>
internal sealed class Evaluation
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private static readonly (string Name, SqlType Type)[] s_columns =
    [
        ("b", SqlType.Boolean), ("ti", SqlType.TinyInt), ("si", SqlType.SmallInt), ("i", SqlType.Int), ("l", SqlType.BigInt), ("f", SqlType.Float), ("d", SqlType.Double),
        ("p", SqlType.Decimal(10, 2)), ("s", SqlType.String), ("c", SqlType.Char(3)), ("x", SqlType.Bytes), ("dt", SqlType.Date), ("t", SqlType.Time(3)),
        ("ts", SqlType.Timestamp(3)), ("tz", SqlType.TimestampLtz(3)), ("a", SqlType.Array(SqlType.Int)), ("m", SqlType.Map(SqlType.String, SqlType.Int)),
        ("r", SqlType.Row([new RowField("k", SqlType.Int), new RowField("n", SqlType.Row([new RowField("v", SqlType.String)]))])),
        ("n", SqlType.Int), ("nb", SqlType.Boolean), ("ns", SqlType.String), ("np", SqlType.Decimal(10, 2)), ("na", SqlType.Array(SqlType.Int)),
    ];

    private readonly RowBatchPool _pool = new(Schema, BatchSize.Of(16));

    public ErrorList Errors { get; } = new();

    public static Schema Schema { get; } = new([.. s_columns.Select(c => new Field(c.Name, c.Type))]);

    public static Scope Scope { get; } = new([.. s_columns.Select((c, i) => new ScopeColumn("o", c.Name, c.Type, i))]);

    public static SqlSession Session { get; } = new(Zone, TimeProvider.System, new Dictionary<string, string>());

    /// <summary>The expression in <c>SELECT expression</c>.</summary>
    public static Expression Parse(string expression)
    {
        var script = SqlParser.Parse(new SourceText("test.sql", "SELECT " + expression));
        Assert.Empty(script.Errors);
        var select = Assert.IsType<SelectBody>(Assert.IsType<QueryStatement>(script.Statements[0]).Query.Body);
        return select.Items[0].Expression;
    }

    public BoundExpression? Bind(string expression) => new ExpressionBinder(Session, Errors).Bind(Parse(expression), Scope);

    /// <summary>Binds what must be right.</summary>
    public BoundExpression Must(string expression)
    {
        var bound = Bind(expression);
        Assert.True(bound is not null, string.Join("; ", Errors.Errors.Select(e => e.Message)));
        return bound;
    }

    /// <summary>The type of an expression, and its SQL text for the row of values.</summary>
    public static (string Type, string? Text) Compute(string expression)
    {
        var evaluation = new Evaluation();
        var bound = evaluation.Must(expression);
        return (bound.Type.ToString(), evaluation.Text(bound, nulls: false));
    }

    public string? Text(BoundExpression bound, bool nulls)
    {
        var calc = new Calc(Schema, [("e", bound)], null, Session);
        using var output = Run(calc, Rows(nulls));
        return TextForm.Of(output.Columns[0], 0, bound.Type, Zone);
    }

    public static RowBatch Run(IOperator calc, RowBatch rows)
    {
        var sink = new Catcher();
        calc.Open(null!, sink).WriteAsync(rows, default).AsTask().GetAwaiter().GetResult();
        return sink.Caught!;
    }

    /// <summary>One row of values, or one of nulls.</summary>
    public RowBatch Rows(bool nulls)
    {
        var batch = _pool.Rent();
        batch.Count = 1;
        for (var i = 0; i < s_columns.Length; i++)
        {
            batch.Columns[i].SetNull(0);
        }

        if (!nulls)
        {
            Fill(batch);
        }

        return batch;
    }

    private static void Fill(RowBatch batch)
    {
        T Of<T>(string name)
            where T : Column => (T)batch.Columns[Array.FindIndex(s_columns, c => c.Name == name)];

        Of<ValueColumn<bool>>("b").Set(0, true);
        Of<ValueColumn<int>>("ti").Set(0, 100);
        Of<ValueColumn<int>>("si").Set(0, 30_000);
        Of<ValueColumn<int>>("i").Set(0, 7);
        Of<ValueColumn<long>>("l").Set(0, 9_000_000_000);
        Of<ValueColumn<float>>("f").Set(0, 1.5f);
        Of<ValueColumn<double>>("d").Set(0, 2.5);
        Of<ValueColumn<SqlDecimal>>("p").Set(0, new SqlDecimal(1234, 2));
        Of<TextColumn>("s").Set(0, "Hällo"u8);
        Of<TextColumn>("c").Set(0, "abc"u8);
        Of<TextColumn>("x").Set(0, "bytes"u8);
        Of<ValueColumn<int>>("dt").Set(0, Calendar.DaysOf(2024, 2, 29));
        Of<ValueColumn<int>>("t").Set(0, 45_296_789);
        var millis = (Calendar.DaysOf(2024, 2, 29) * Calendar.MillisPerDay) + 45_296_789;
        Of<ValueColumn<Timestamp>>("ts").Set(0, new Timestamp(millis));
        Of<ValueColumn<Timestamp>>("tz").Set(0, new Timestamp(millis));
        var array = Of<ArrayColumn>("a");
        array.Begin(0);
        ((ValueColumn<int>)array.Elements).Set(array.Add(0), 1);
        array.Elements.SetNull(array.Add(0));
        ((ValueColumn<int>)array.Elements).Set(array.Add(0), 3);
        var map = Of<MapColumn>("m");
        map.Begin(0);
        var entry = map.Add(0);
        ((TextColumn)map.Keys).Set(entry, "one"u8);
        ((ValueColumn<int>)map.Values).Set(entry, 1);
        var row = Of<RowColumn>("r");
        row.Set(0);
        ((ValueColumn<int>)row.Fields[0]).Set(0, 5);
        ((RowColumn)row.Fields[1]).Set(0);
        ((TextColumn)((RowColumn)row.Fields[1]).Fields[0]).Set(0, Encoding.UTF8.GetBytes("deep"));
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
