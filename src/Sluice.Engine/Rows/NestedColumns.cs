namespace Sluice.Engine.Rows;

/// <summary>Arrays: each row is a run of <see cref="Elements"/>. A length of -1 is null.</summary>
public sealed class ArrayColumn(Column elements, int capacity) : Column
{
    public int[] Start = new int[capacity];
    public int[] Length = new int[capacity];

    /// <summary>Shared with another column after <see cref="Gather"/>.</summary>
    public Column Elements = elements;

    private readonly Column _own = elements;

    /// <summary>Elements used so far: where the next row's begin.</summary>
    public int Used { get; set; }

    public override int Capacity => Start.Length;

    public override bool IsNull(int row) => Length[row] < 0;

    public override void SetNull(int row) => (Start[row], Length[row]) = (0, -1);

    /// <summary>Begins the array of a row: then add elements, then nothing more is to be done.</summary>
    public void Begin(int row) => (Start[row], Length[row]) = (Used, 0);

    /// <summary>Room for one more element of a row begun.</summary>
    /// <returns>Its index in <see cref="Elements"/>, where the caller sets it.</returns>
    public int Add(int row)
    {
        Elements.Grow(Used + 1);
        Length[row]++;
        return Used++;
    }

    /// <summary>Takes all elements of a row at once.</summary>
    public void CopyFrom(int row, Column elements, int start, int length)
    {
        Begin(row);
        Elements.Grow(Used + length);
        for (var i = 0; i < length; i++)
        {
            Elements.CopyFrom(elements, start + i, Used + i);
        }

        Used += length;
        Length[row] = length;
    }

    public override void Grow(int rows) => Runs.Grow(ref Start, ref Length, rows);

    public override void CopyFrom(Column source, int sourceRow, int row)
    {
        var from = (ArrayColumn)source;
        if (from.IsNull(sourceRow))
        {
            SetNull(row);
        }
        else
        {
            CopyFrom(row, from.Elements, from.Start[sourceRow], from.Length[sourceRow]);
        }
    }

    public override void Gather(Column source, ReadOnlySpan<int> rows)
    {
        var from = (ArrayColumn)source;
        Grow(rows.Length);
        Elements = from.Elements;
        Runs.Gather(from.Start, from.Length, rows, Start, Length);
    }

    public override void Clear()
    {
        Elements = _own;
        Elements.Clear();
        Used = 0;
    }
}

/// <summary>Maps: each row is a run of entries; a MULTISET maps its elements to their number. A length of -1 is null.</summary>
public sealed class MapColumn(Column keys, Column values, int capacity) : Column
{
    public int[] Start = new int[capacity];
    public int[] Length = new int[capacity];

    public Column Keys = keys;
    public Column Values = values;

    private readonly (Column Keys, Column Values) _own = (keys, values);

    /// <summary>Entries used so far.</summary>
    public int Used { get; set; }

    public override int Capacity => Start.Length;

    public override bool IsNull(int row) => Length[row] < 0;

    public override void SetNull(int row) => (Start[row], Length[row]) = (0, -1);

    /// <summary>Begins the map of a row: then add entries.</summary>
    public void Begin(int row) => (Start[row], Length[row]) = (Used, 0);

    /// <summary>Room for one more entry of a row begun.</summary>
    /// <returns>Its index in <see cref="Keys"/> and <see cref="Values"/>, where the caller sets both.</returns>
    public int Add(int row)
    {
        Keys.Grow(Used + 1);
        Values.Grow(Used + 1);
        Length[row]++;
        return Used++;
    }

    /// <summary>Takes all entries of a row at once.</summary>
    public void CopyFrom(int row, Column keys, Column values, int start, int length)
    {
        Begin(row);
        Keys.Grow(Used + length);
        Values.Grow(Used + length);
        for (var i = 0; i < length; i++)
        {
            Keys.CopyFrom(keys, start + i, Used + i);
            Values.CopyFrom(values, start + i, Used + i);
        }

        Used += length;
        Length[row] = length;
    }

    public override void Grow(int rows) => Runs.Grow(ref Start, ref Length, rows);

    public override void CopyFrom(Column source, int sourceRow, int row)
    {
        var from = (MapColumn)source;
        if (from.IsNull(sourceRow))
        {
            SetNull(row);
        }
        else
        {
            CopyFrom(row, from.Keys, from.Values, from.Start[sourceRow], from.Length[sourceRow]);
        }
    }

    public override void Gather(Column source, ReadOnlySpan<int> rows)
    {
        var from = (MapColumn)source;
        Grow(rows.Length);
        (Keys, Values) = (from.Keys, from.Values);
        Runs.Gather(from.Start, from.Length, rows, Start, Length);
    }

    public override void Clear()
    {
        (Keys, Values) = _own;
        Keys.Clear();
        Values.Clear();
        Used = 0;
    }
}

/// <summary>Rows within a row: one column for each field, all with the same row numbers.</summary>
public sealed class RowColumn(Column[] fields, int capacity) : Column
{
    public bool[] Nulls = new bool[capacity];

    public Column[] Fields { get; } = fields;

    public override int Capacity => Nulls.Length;

    public override bool IsNull(int row) => Nulls[row];

    /// <summary>The fields are null as well.</summary>
    public override void SetNull(int row)
    {
        Nulls[row] = true;
        foreach (var field in Fields)
        {
            field.SetNull(row);
        }
    }

    /// <summary>The row is there; its fields are to be set.</summary>
    public void Set(int row) => Nulls[row] = false;

    public override void Grow(int rows)
    {
        if (rows > Nulls.Length)
        {
            Array.Resize(ref Nulls, Math.Max(rows, Nulls.Length * 2));
        }

        foreach (var field in Fields)
        {
            field.Grow(rows);
        }
    }

    public override void CopyFrom(Column source, int sourceRow, int row)
    {
        var from = (RowColumn)source;
        Nulls[row] = from.Nulls[sourceRow];
        for (var i = 0; i < Fields.Length; i++)
        {
            Fields[i].CopyFrom(from.Fields[i], sourceRow, row);
        }
    }

    public override void Gather(Column source, ReadOnlySpan<int> rows)
    {
        var from = (RowColumn)source;
        Grow(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            Nulls[i] = from.Nulls[rows[i]];
        }

        for (var i = 0; i < Fields.Length; i++)
        {
            Fields[i].Gather(from.Fields[i], rows);
        }
    }

    public override void Clear()
    {
        foreach (var field in Fields)
        {
            field.Clear();
        }
    }
}

/// <summary>What arrays and maps have in common: a start and a length for each row.</summary>
internal static class Runs
{
    public static void Grow(ref int[] start, ref int[] length, int rows)
    {
        if (rows > start.Length)
        {
            var size = Math.Max(rows, start.Length * 2);
            Array.Resize(ref start, size);
            Array.Resize(ref length, size);
        }
    }

    public static void Gather(int[] fromStart, int[] fromLength, ReadOnlySpan<int> rows, int[] start, int[] length)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            start[i] = fromStart[rows[i]];
            length[i] = fromLength[rows[i]];
        }
    }
}
