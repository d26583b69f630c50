using Sluice.Engine.Connectors;
using Sluice.Engine.Types;

namespace Sluice.Connectors.Redis.Lookups;

/// <summary>A structure of Redis that rows are read from by their key: its columns, and the commands.</summary>
internal abstract class LookupMode
{
    /// <summary>The word the user types.</summary>
    public abstract string Name { get; }

    /// <summary>How messages call it.</summary>
    public virtual string Title => $"mode {Name}";

    /// <summary>How many columns the primary key has.</summary>
    public virtual int KeyColumns => 1;

    /// <summary>What TYPE says of a key that can be read.</summary>
    public abstract string RedisType { get; }

    /// <summary>The columns, those of the key first: what each is, and its type in the expected table.</summary>
    protected abstract IReadOnlyList<(string Role, string Type)> Roles { get; }

    /// <summary>What stands in the expected table's WITH clause beside the connector.</summary>
    protected virtual string Options => $"'mode' = '{Name}'";

    /// <summary>Which types its columns may have.</summary>
    public virtual string TakesWhat => "it takes scalar types only, such as STRING, BIGINT or TIMESTAMP(3)";

    public virtual bool Takes(SqlType type) => IsScalar(type);

    /// <summary>What is wrong with the number of columns beside the key, or null.</summary>
    public virtual string? Misfit(int values) => values == Roles.Count - KeyColumns
        ? null
        : $"it has {values + KeyColumns} column{(values + KeyColumns == 1 ? "" : "s")}, {Roles.Count} are expected: {string.Join(", ", Roles.Select(r => r.Role))}";

    /// <summary>A reader of one batch at a time.</summary>
    public abstract LookupRead NewRead(RedisLookupSettings settings);

    /// <summary>The commands for the rows of some keys, for <c>explain</c>.</summary>
    public abstract string Describe(RedisLookupSettings settings);

    /// <summary>Whether texts can be made values of the type.</summary>
    public static bool IsScalar(SqlType type) => type.IsScalar && type.Kind != TypeKind.Null && !type.IsInterval;

    /// <summary>What a table may have been meant to be that does not fit: a sentence that says how to get it, or null.</summary>
    public virtual string? Hint(TableDefinition table) => null;

    /// <summary>The DDL that fits, on one line, as errors of a script are shown.</summary>
    public string ExpectedTable(string name)
    {
        var columns = string.Concat(Roles.Select(r => $"{r.Role} {r.Type}, "));
        return $"CREATE TABLE {name} ({columns}PRIMARY KEY ({string.Join(", ", Roles.Take(KeyColumns).Select(r => r.Role))}) NOT ENFORCED) WITH ('connector' = 'redis', {Options}, ...)";
    }
}
