using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>CREATE, DROP and USE of databases and catalogs. All of them are in memory and gone with the script.</summary>
internal sealed class NamespaceRunner(BindingContext context)
{
    private const string InMemory = "generic_in_memory";

    private Catalog Catalog => context.Catalog;

    public void Run(Statement statement)
    {
        switch (statement)
        {
            case CreateNamespaceStatement { Kind: NamespaceKind.Catalog } create:
                CreateCatalog(create);
                break;
            case CreateNamespaceStatement create:
                CreateDatabase(create);
                break;
            case DropNamespaceStatement { Kind: NamespaceKind.Catalog } drop:
                DropCatalog(drop);
                break;
            case DropNamespaceStatement drop:
                DropDatabase(drop);
                break;
            case UseStatement { Catalog: true } use:
                UseCatalog(use);
                break;
            case UseStatement use:
                UseDatabase(use);
                break;
        }
    }

    private void CreateCatalog(CreateNamespaceStatement create)
    {
        if (NameOfCatalog(create.Name) is not { } name)
        {
            return;
        }

        var options = context.OptionsOf(create.Options);
        var type = options.FirstOrDefault(o => o.Key == "type");
        if (type is not null && type.Value != InMemory)
        {
            context.Error(type.ValueSpan, $"there is no catalog of the type '{type.Value}'; the only type here is '{InMemory}'");
        }
        else if (!Catalog.HasCatalog(name))
        {
            Catalog.AddCatalog(name);
        }
        else if (!create.IfNotExists)
        {
            context.Error(create.Name.Span, $"catalog '{name}' exists already");
        }
    }

    private void CreateDatabase(CreateNamespaceStatement create)
    {
        if (NameOfDatabase(create.Name) is not { } name)
        {
            return;
        }

        if (!Catalog.HasDatabase(name.Catalog, name.Database))
        {
            Catalog.AddDatabase(name.Catalog, name.Database);
        }
        else if (!create.IfNotExists)
        {
            context.Error(create.Name.Span, $"database '{name.Database}' exists already");
        }
    }

    private void DropCatalog(DropNamespaceStatement drop)
    {
        if (NameOfCatalog(drop.Name) is not { } name)
        {
            return;
        }

        if (!Catalog.HasCatalog(name))
        {
            Missing(drop.IfExists, drop.Name, "catalog", name, Catalog.Catalogs);
        }
        else if (name == Catalog.CurrentCatalog)
        {
            context.Error(drop.Name.Span, $"catalog '{name}' is in use; USE CATALOG another one first");
        }
        else
        {
            Catalog.DropCatalog(name);
        }
    }

    private void DropDatabase(DropNamespaceStatement drop)
    {
        if (NameOfDatabase(drop.Name) is not { } name)
        {
            return;
        }

        if (!Catalog.HasDatabase(name.Catalog, name.Database))
        {
            Missing(drop.IfExists, drop.Name, "database", name.Database, Catalog.Databases(name.Catalog));
        }
        else if (name.Catalog == Catalog.CurrentCatalog && name.Database == Catalog.CurrentDatabase)
        {
            context.Error(drop.Name.Span, $"database '{name.Database}' is in use; USE another one first");
        }
        else if (drop.Cascade != true && Catalog.Entries(name.Catalog, name.Database) is { Count: > 0 } entries)
        {
            context.Error(drop.Name.Span, $"database '{name.Database}' is not empty, it has '{entries[0].Path.Name}'; say CASCADE to drop what it holds as well");
        }
        else
        {
            Catalog.DropDatabase(name.Catalog, name.Database);
        }
    }

    private void UseCatalog(UseStatement use)
    {
        if (NameOfCatalog(use.Name) is not { } name)
        {
            return;
        }

        if (Catalog.HasCatalog(name))
        {
            Catalog.Use(name, Catalog.Databases(name).Contains(Catalog.DefaultDatabase) ? Catalog.DefaultDatabase : Catalog.Databases(name).FirstOrDefault() ?? Catalog.DefaultDatabase);
        }
        else
        {
            Missing(ifExists: false, use.Name, "catalog", name, Catalog.Catalogs);
        }
    }

    private void UseDatabase(UseStatement use)
    {
        if (NameOfDatabase(use.Name) is not { } name)
        {
            return;
        }

        if (Catalog.HasDatabase(name.Catalog, name.Database))
        {
            Catalog.Use(name.Catalog, name.Database);
        }
        else
        {
            Missing(ifExists: false, use.Name, "database", name.Database, Catalog.Databases(name.Catalog));
        }
    }

    private string? NameOfCatalog(QualifiedName name)
    {
        if (name.Parts is [var only])
        {
            return only.Name;
        }

        context.Error(name.Span, "the name of a catalog has one part");
        return null;
    }

    private (string Catalog, string Database)? NameOfDatabase(QualifiedName name)
    {
        (string, string)? found = name.Parts switch
        {
            [var database] => (Catalog.CurrentCatalog, database.Name),
            [var catalog, var database] => (catalog.Name, database.Name),
            _ => null,
        };
        if (found is null)
        {
            context.Error(name.Span, "a database is named database or catalog.database");
        }
        else if (!Catalog.HasCatalog(found.Value.Item1))
        {
            Missing(ifExists: false, name, "catalog", found.Value.Item1, Catalog.Catalogs);
            return null;
        }

        return found;
    }

    private void Missing(bool ifExists, QualifiedName name, string kind, string given, IEnumerable<string> known)
    {
        if (!ifExists)
        {
            context.Error(name.Span, $"there is no {kind} '{given}'{BindingContext.Suggestion(given, known)}");
        }
    }
}
