using Sluice.Engine.Connectors;

namespace Sluice.Connectors.Redis.Tables;

/// <summary>What a row does to Redis.</summary>
internal enum RowOp : byte
{
    /// <summary>Nothing: skipped or dirty.</summary>
    None,
    /// <summary>A <c>-U</c> at the end of what has come so far: its follower decides.</summary>
    Held,
    /// <summary>Writes its element, or its fields.</summary>
    Write,
    /// <summary>Removes its element.</summary>
    Remove,
    /// <summary>Removes its key with all its data.</summary>
    Delete,
}

/// <summary>One structure of the option <c>mode</c>: its columns, and the commands that rows of a flush become.</summary>
internal abstract class TableMode
{
    /// <summary>The word the user types.</summary>
    public abstract string Name { get; }

    /// <summary>How messages call it.</summary>
    public virtual string Title => Name;

    /// <summary>The columns by slot: what each is, and the type that the reference gives it.</summary>
    protected abstract IReadOnlyList<(string Role, string Type)> Roles { get; }

    /// <summary>The slot of the element that a delete may name; 0 where only the key can be deleted.</summary>
    public virtual int ElementSlot => 0;

    /// <summary>What the element is called in messages.</summary>
    public virtual string ElementRole => "element";

    /// <summary>Slots that are never null in a row that writes.</summary>
    public abstract int[] RequiredSlots { get; }

    /// <summary>The slot whose null removes instead of writing; 0 where there is none.</summary>
    public virtual int NullableSlot => 0;

    /// <summary>What a null there does.</summary>
    public virtual RowOp OpOfNull => RowOp.Remove;

    /// <summary>The slot of a number that the server may refuse as none; 0 where there is no such.</summary>
    public virtual int ScoreSlot => 0;

    /// <summary>How Redis calls the type of its keys.</summary>
    public virtual string RedisType => Name.ToLowerInvariant();

    /// <summary>Whether writing an element again replaces it; else it is added once more.</summary>
    public virtual bool Replaces => true;

    /// <summary>Encodes the rows [start, end) of a block as one flush.</summary>
    public abstract void Encode(SinkBlock block, int start, int end);

    /// <summary>Encodes one row by itself.</summary>
    public abstract void EncodeOne(SinkBlock block, int row);

    /// <summary>The commands of a row that writes, by the names of its columns by slot, for <c>explain</c>.</summary>
    public abstract string DescribeWrite(IReadOnlyList<string> columns);

    /// <summary>The command that removes an element.</summary>
    public virtual string DescribeRemove(IReadOnlyList<string> columns) => $"DEL {columns[0]}";

    /// <summary>What a null value column does; null where it is an error.</summary>
    public virtual string? DescribeNull(IReadOnlyList<string> columns) => null;

    /// <summary>What is called null in a dirty record's reason.</summary>
    public virtual string RoleOf(int slot) => Roles[slot].Role;

    /// <summary>The same mode for these columns, by slot.</summary>
    public virtual TableMode For(IReadOnlyList<TableColumn> columns) => this;

    /// <summary>What is wrong with the columns, or null.</summary>
    public virtual string? Misfit(IReadOnlyList<TableColumn> columns) => columns.Count == Roles.Count
        ? null
        : $"it has {columns.Count} column{(columns.Count == 1 ? "" : "s")}, {Roles.Count} are expected: {string.Join(", ", Roles.Select(r => r.Role))}";

    /// <summary>The DDL of the reference.</summary>
    public string ExpectedTable(string name)
    {
        var lines = Roles.Select(r => $"  {r.Role} {r.Type},");
        var choice = ElementSlot == 0 ? "" : $" /* or ({Roles[0].Role}, {Roles[ElementSlot].Role}): deletes then remove that {ElementRole} alone */";
        return $"CREATE TABLE {name} (\n{string.Join('\n', lines)}\n  PRIMARY KEY ({Roles[0].Role}) NOT ENFORCED{choice}\n) WITH ('connector' = 'redis', 'mode' = '{Name}'{MoreOptions}, ...)";
    }

    protected virtual string MoreOptions => "";
}
