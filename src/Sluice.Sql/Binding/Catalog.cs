using Sluice.Engine.Options;
using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>Catalogs, databases, tables and views of one script, in memory. A temporary table hides a permanent one of its name.</summary>
internal sealed class Catalog
{
    public const string DefaultCatalog = "default_catalog";
    public const string DefaultDatabase = "default_database";

    private readonly SortedDictionary<string, SortedSet<string>> _catalogs = new(StringComparer.Ordinal)
    {
        [DefaultCatalog] = new SortedSet<string>(StringComparer.Ordinal) { DefaultDatabase },
    };

    private readonly Dictionary<ObjectPath, CatalogEntry> _permanent = [];
    private readonly Dictionary<ObjectPath, CatalogEntry> _temporary = [];

    public string CurrentCatalog { get; private set; } = DefaultCatalog;

    public string CurrentDatabase { get; private set; } = DefaultDatabase;

    public IEnumerable<string> Catalogs => _catalogs.Keys;

    public bool HasCatalog(string name) => _catalogs.ContainsKey(name);

    public bool HasDatabase(string catalog, string database) => _catalogs.TryGetValue(catalog, out var databases) && databases.Contains(database);

    public IEnumerable<string> Databases(string catalog) => _catalogs.TryGetValue(catalog, out var databases) ? databases : [];

    public void AddCatalog(string name) => _catalogs.Add(name, new SortedSet<string>(StringComparer.Ordinal) { DefaultDatabase });

    public void AddDatabase(string catalog, string name) => _catalogs[catalog].Add(name);

    public void Use(string catalog, string database) => (CurrentCatalog, CurrentDatabase) = (catalog, database);

    /// <summary>Takes a catalog away, and all that it holds.</summary>
    public void DropCatalog(string name)
    {
        _catalogs.Remove(name);
        Forget(p => p.Catalog == name);
    }

    /// <summary>Takes a database away, and all that it holds.</summary>
    public void DropDatabase(string catalog, string name)
    {
        _catalogs[catalog].Remove(name);
        Forget(p => p.Catalog == catalog && p.Database == name);
    }

    /// <summary>The full path of a name of one to three parts; null where it has more.</summary>
    /// <param name="catalog">Where a name of fewer parts is looked up; by default the current one.</param>
    public ObjectPath? PathOf(QualifiedName name, string? catalog = null, string? database = null) => name.Parts switch
    {
        [var table] => new ObjectPath(catalog ?? CurrentCatalog, database ?? CurrentDatabase, table.Name),
        [var inDatabase, var table] => new ObjectPath(catalog ?? CurrentCatalog, inDatabase.Name, table.Name),
        [var inCatalog, var inDatabase, var table] => new ObjectPath(inCatalog.Name, inDatabase.Name, table.Name),
        _ => null,
    };

    /// <summary>What a path stands for, the temporary one first; null where it is nothing.</summary>
    public CatalogEntry? Find(ObjectPath path) => _temporary.GetValueOrDefault(path) ?? _permanent.GetValueOrDefault(path);

    public CatalogEntry? Find(ObjectPath path, bool temporary) => (temporary ? _temporary : _permanent).GetValueOrDefault(path);

    public void Put(CatalogEntry entry) => (entry.Temporary ? _temporary : _permanent)[entry.Path] = entry;

    public void Remove(CatalogEntry entry) => (entry.Temporary ? _temporary : _permanent).Remove(entry.Path);

    /// <summary>The tables and views that can be seen in a database, by name.</summary>
    public IReadOnlyList<CatalogEntry> Entries(string catalog, string database) =>
        [.. _temporary.Values.Concat(_permanent.Values.Where(e => !_temporary.ContainsKey(e.Path)))
            .Where(e => e.Path.Catalog == catalog && e.Path.Database == database)
            .OrderBy(e => e.Path.Name, StringComparer.Ordinal)];

    /// <summary>The nearest known table, as it would be written here; null where none is near.</summary>
    public string? Nearest(ObjectPath path)
    {
        if (NearestName.Of(path.Name, Entries(path.Catalog, path.Database).Select(e => e.Path.Name)) is { } inDatabase)
        {
            return inDatabase;
        }

        // The right name in another database is what USE or a wrong qualifier leaves behind.
        return _temporary.Keys.Concat(_permanent.Keys).Where(p => p.Name == path.Name).Select(p => p.ToString()).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private void Forget(Func<ObjectPath, bool> which)
    {
        foreach (var entries in new[] { _permanent, _temporary })
        {
            foreach (var path in entries.Keys.Where(which).ToList())
            {
                entries.Remove(path);
            }
        }
    }
}
