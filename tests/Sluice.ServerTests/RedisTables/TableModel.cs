namespace Sluice.ServerTests.RedisTables;

/// <summary>What S-23 says, one row at a time, without buffers: the straightforward reading that the sink is held to.</summary>
/// <param name="mode">STRING, LIST, SET, HASHMAP, FLAT or SORTEDSET.</param>
internal sealed class TableModel(string mode, bool elementKey, bool ignoreDelete)
{
    /// <summary>Elements in order for lists; member or field and what belongs to it else. A string is an element without a name.</summary>
    private readonly SortedDictionary<string, List<(string Name, string Value)>> _keys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _foreign = [];

    public int Written { get; private set; }

    public int Skipped { get; private set; }

    public int Dirty { get; private set; }

    /// <summary>A key of another type.</summary>
    public void Occupy(string key) => _foreign.Add(key);

    public void Apply(IReadOnlyList<string> rows)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            Apply(Parse(rows[i]), i + 1 < rows.Count ? Parse(rows[i + 1]) : null);
        }
    }

    /// <summary>Each key and its content, in a form that can be compared.</summary>
    public List<string> Expected() =>
        [.. _keys.Where(k => k.Value.Count > 0).Select(k => Show(k.Key, mode, k.Value)).Concat(_foreign.Select(k => k + " foreign")).Order(StringComparer.Ordinal)];

    public static string Show(string key, string mode, IEnumerable<(string Name, string Value)> elements) =>
        $"{key} {string.Join(',', mode == "LIST" ? elements.Select(e => e.Value) : elements.Select(e => $"{e.Name}={e.Value}").Order(StringComparer.Ordinal))}";

    private static (string Kind, string?[] Columns) Parse(string row)
    {
        var parts = row.Split(' ');
        return (parts[0], [.. parts.Skip(1).Select(p => p == "null" ? null : p)]);
    }

    private void Apply((string Kind, string?[] Columns) row, (string Kind, string?[] Columns)? next)
    {
        var deletes = row.Kind is "-U" or "-D";
        if (deletes && ignoreDelete)
        {
            Skipped++;
        }
        else if (deletes)
        {
            if (row.Columns[0] is null || (elementKey && Element(row.Columns) is null))
            {
                Dirty++;
            }
            else if (row.Kind == "-U" && mode != "LIST" && next is ("+U", var after) && IsValid(after) && after[0] == row.Columns[0] && Element(after) == Element(row.Columns))
            {
                Skipped++;
            }
            else
            {
                Delete(row.Columns);
            }
        }
        else if (!IsValid(row.Columns) || IsRefused(row.Columns) || (mode != "STRING" && _foreign.Contains(row.Columns[0]!)))
        {
            Dirty++;
        }
        else
        {
            Written++;
            Write(row.Columns);
        }
    }

    private void Delete(string?[] columns)
    {
        var key = columns[0]!;
        if (elementKey && _foreign.Contains(key))
        {
            Dirty++;
            return;
        }

        Written++;
        if (elementKey)
        {
            Remove(key, columns);
        }
        else
        {
            _foreign.Remove(key);
            _keys.Remove(key);
        }
    }

    private void Write(string?[] columns)
    {
        var key = columns[0]!;
        switch (mode)
        {
            case "STRING":
                _foreign.Remove(key);
                _keys.Remove(key);
                if (columns[1] is not null)
                {
                    Of(key).Add(("", columns[1]!));
                }

                break;
            case "LIST":
                Of(key).Insert(0, ("", columns[1]!));
                break;
            case "SET":
                Set(key, columns[1]!, "");
                break;
            case "SORTEDSET":
                Set(key, columns[2]!, columns[1]!);
                break;
            case "HASHMAP":
                Set(key, columns[1]!, columns[2]);
                break;
            default:
                for (var i = 1; i < columns.Length; i++)
                {
                    Set(key, $"c{i}", columns[i]);
                }

                break;
        }
    }

    private void Set(string key, string name, string? value)
    {
        Of(key).RemoveAll(e => e.Name == name);
        if (value is not null)
        {
            Of(key).Add((name, value));
        }
    }

    private void Remove(string key, string?[] columns)
    {
        if (mode == "LIST")
        {
            var first = Of(key).FindIndex(e => e.Value == columns[1]);
            if (first >= 0)
            {
                Of(key).RemoveAt(first);
            }
        }
        else
        {
            Set(key, Element(columns)!, null);
        }
    }

    private List<(string Name, string Value)> Of(string key)
    {
        if (!_keys.TryGetValue(key, out var elements))
        {
            _keys[key] = elements = [];
        }

        return elements;
    }

    private string? Element(string?[] columns) => mode switch
    {
        "LIST" or "SET" or "HASHMAP" => columns[1],
        "SORTEDSET" => columns[2],
        _ => "",
    };

    /// <summary>A score that is no number.</summary>
    private bool IsRefused(string?[] columns) => mode == "SORTEDSET" && columns[1] == "NaN";

    private bool IsValid(string?[] columns) => mode switch
    {
        "LIST" or "SET" or "HASHMAP" => columns[0] is not null && columns[1] is not null,
        "SORTEDSET" => columns.All(c => c is not null),
        _ => columns[0] is not null,
    };
}
