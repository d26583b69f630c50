using Sluice.Engine.Connectors;
using Sluice.Engine.Errors;
using Sluice.Engine.Formats;
using Sluice.Engine.Options;

namespace Sluice.Connectors.Kafka;

/// <summary>Which columns of a table stand in the key and which in the value of a message, and in which format.</summary>
internal sealed class FormatUse
{
    private readonly TableDefinition _table;
    private readonly OptionBag _options;
    private readonly TableContext _context;
    private readonly bool _upsert;
    private string _namePrefix = "";

    public FormatUse(TableDefinition table, OptionBag options, TableContext context, bool upsert) =>
        (_table, _options, _context, _upsert) = (table, options, context, upsert);

    /// <summary>Both halves of a message; the key's may be absent.</summary>
    internal sealed record Made(FormatUse Value, FormatUse? Key);

    public IFormat Format { get; private set; } = null!;

    /// <summary>What stands before the format's options in the WITH clause: <c>key.</c>, <c>value.</c> or nothing.</summary>
    public string Prefix { get; private set; } = "";

    /// <summary>Indexes of the table's columns, in the order of the message.</summary>
    public IReadOnlyList<int> Columns { get; private set; } = [];

    public Place Place { get; private set; } = null!;

    public FormatContext Context(KafkaTable table, int[] target) => table.ContextOf(this, target);

    /// <summary>The name of a column in the message.</summary>
    public string NameOf(string column) => column[_namePrefix.Length..];

    /// <summary>The format's options as they are written in this table.</summary>
    public IEnumerable<IOption> OptionNames() => Format.Options.Select(o => Option.Node(Prefix + o.Name, o.ValueKind, o.Doc));

    public Made Take()
    {
        var key = TakeKey();
        var include = _options.Take(KafkaOptions.ValueFieldsInclude);
        var prefix = _options.Take(KafkaOptions.KeyFieldsPrefix);
        if (prefix.Length > 0 && (key is null || include != KafkaOptions.ExceptKey))
        {
            throw new ConfigException(_options.PlaceOf(KafkaOptions.KeyFieldsPrefix), "'key.fields-prefix' needs a key ('key.format') and 'value.fields-include' = EXCEPT_KEY: a value has no prefixed columns");
        }

        if (key is null && include == KafkaOptions.ExceptKey)
        {
            throw new ConfigException(_options.PlaceOf(KafkaOptions.ValueFieldsInclude), "'value.fields-include' is EXCEPT_KEY, but there is no key; give 'key.format' and 'key.fields'");
        }

        key?.SetPrefix(prefix);
        var value = Use(ValueOption());
        value.Columns = [.. Physical().Where(i => include == KafkaOptions.AllFields || !key!.Columns.Contains(i))];
        if (_upsert && value.Format.HasChangelog)
        {
            throw new ConfigException(value.Place, $"the format {value.Format.Name} says itself what is deleted; an upsert-kafka table takes a plain one such as json, or use kafka");
        }

        return new Made(value, key);
    }

    private IEnumerable<int> Physical() => Enumerable.Range(0, _table.Columns.Count).Where(i => _table.Columns[i].MetadataKey is null);

    private Option<string?> ValueOption()
    {
        var both = _options.Has(KafkaOptions.Format) && _options.Has(KafkaOptions.ValueFormat);
        return both ? throw new ConfigException(_options.PlaceOf(KafkaOptions.ValueFormat), "'format' and 'value.format' are the same option; give one of them")
            : _options.Has(KafkaOptions.Format) && !_upsert ? KafkaOptions.Format : KafkaOptions.ValueFormat;
    }

    private FormatUse? TakeKey()
    {
        if (_upsert && _table.PrimaryKey.Count == 0)
        {
            throw new ConfigException(_table.Place, "an upsert-kafka table needs PRIMARY KEY (...) NOT ENFORCED: its columns are the key of the messages");
        }

        var fields = _upsert ? null : _options.Take(KafkaOptions.KeyFields);
        if (!_options.Has(KafkaOptions.KeyFormat))
        {
            return _upsert ? throw new ConfigException(_table.Place, "'key.format' is missing; an upsert-kafka table needs it")
                : fields is null ? null
                : throw new ConfigException(_options.PlaceOf(KafkaOptions.KeyFields), "'key.fields' needs 'key.format'");
        }

        var key = Use(KafkaOptions.KeyFormat);
        var names = _upsert ? _table.PrimaryKey : [.. (fields ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (names.Count == 0)
        {
            throw new ConfigException(_options.PlaceOf(KafkaOptions.KeyFormat), "'key.format' needs 'key.fields': the columns that the key holds, separated by ;");
        }

        if (key.Format.HasChangelog)
        {
            throw new ConfigException(key.Place, $"the format {key.Format.Name} cannot be a key's: a key only inserts");
        }

        key.Columns = [.. names.Select(IndexOf)];
        return key;
    }

    private int IndexOf(string name)
    {
        var index = _table.IndexOf(name);
        if (index >= 0 && _table.Columns[index].MetadataKey is null)
        {
            return index;
        }

        var physical = Physical().Select(i => _table.Columns[i].Name).ToList();
        var nearest = NearestName.Of(name, physical);
        throw new ConfigException(_options.PlaceOf(KafkaOptions.KeyFields), $"'key.fields' names '{name}', which is no physical column of {_table.Name}"
            + (nearest is null ? $"; there are: {string.Join(", ", physical)}" : $"; did you mean '{nearest}'?"));
    }

    private void SetPrefix(string prefix)
    {
        foreach (var name in Columns.Select(i => _table.Columns[i].Name).Where(n => !n.StartsWith(prefix, StringComparison.Ordinal)))
        {
            throw new ConfigException(_options.PlaceOf(KafkaOptions.KeyFieldsPrefix), $"'key.fields-prefix' is \"{prefix}\", but the key's column '{name}' does not begin so");
        }

        _namePrefix = prefix;
    }

    private FormatUse Use(Option<string?> option)
    {
        var word = _options.Take(option)
            ?? throw new ConfigException(_table.Place, $"'{(_upsert ? "value.format" : "format")}' is missing; there are: {string.Join(", ", _context.Formats.Select(f => f.Name))}");
        var place = _options.PlaceOf(option);
        return new FormatUse(_table, _options, _context, _upsert)
        {
            Format = FormatOptions.Find(option, word, place, _context.Formats),
            Place = place,
            Prefix = option == KafkaOptions.KeyFormat ? "key." : option == KafkaOptions.ValueFormat ? "value." : "",
        };
    }
}
