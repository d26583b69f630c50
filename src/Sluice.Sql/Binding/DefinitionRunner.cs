using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>Runs the statements that define tables, views, databases and catalogs: they change the catalog while the script is compiled.</summary>
/// <param name="check">Compiles the query of a view, for its errors.</param>
internal sealed class DefinitionRunner(BindingContext context, Func<CatalogView, bool> check)
{
    private Catalog Catalog => context.Catalog;

    /// <returns>Whether the statement was one of these.</returns>
    public bool Run(Statement statement)
    {
        switch (statement)
        {
            case CreateTableStatement create:
                CreateTable(create);
                return true;
            case CreateViewStatement create:
                CreateView(create);
                return true;
            case DropTableStatement drop:
                Drop(drop);
                return true;
            case AlterTableStatement alter:
                Alter(alter);
                return true;
            case CreateNamespaceStatement or DropNamespaceStatement or UseStatement:
                new NamespaceRunner(context).Run(statement);
                return true;
            default:
                return false;
        }
    }

    private void CreateTable(CreateTableStatement create)
    {
        if (PathForNew(create.Name, create.Temporary, create.IfNotExists) is { } path)
        {
            Catalog.Put((CatalogEntry?)new TableBinder(context).Bind(create, path) ?? new BrokenEntry(path, create.Name.Span, create.Temporary));
        }
    }

    private void CreateView(CreateViewStatement create)
    {
        if (PathForNew(create.Name, create.Temporary, create.IfNotExists) is not { } path)
        {
            return;
        }

        var view = new CatalogView(
            path, create.Name.Span, create.Temporary, create.Columns, create.Comment?.Value, create.Query, Catalog.CurrentCatalog, Catalog.CurrentDatabase);
        Catalog.Put(check(view) ? view : new BrokenEntry(path, create.Name.Span, create.Temporary));
    }

    /// <summary>The path of what is to be created; null where it is not, for whatever reason.</summary>
    private ObjectPath? PathForNew(QualifiedName name, bool temporary, bool ifNotExists)
    {
        if (context.PathOf(name) is not { } path)
        {
            return null;
        }

        if (Catalog.Find(path, temporary) is not { } existing || existing is BrokenEntry)
        {
            return path;
        }

        if (!ifNotExists)
        {
            context.Error(name.Span, $"{existing.Kind} '{path.Name}' exists already, from line {context.PlaceOf(existing.Span).Line}; drop it first, or say IF NOT EXISTS");
        }

        return null;
    }

    private void Drop(DropTableStatement drop)
    {
        var kind = drop.View ? "view" : "table";
        if (context.PathOf(drop.Name) is not { } path)
        {
            return;
        }

        var found = Catalog.Find(path, drop.Temporary);
        var hidden = Catalog.Find(path, temporary: true);
        if (!drop.Temporary && hidden is not null)
        {
            var word = hidden.Kind.ToUpperInvariant();
            context.Error(drop.Name.Span, $"'{path.Name}' is a temporary {hidden.Kind}; write DROP TEMPORARY {word} {path.Name}" + (found is null ? "" : $" before the permanent {found.Kind} of that name is dropped"));
        }
        else if (found is not null && found is not BrokenEntry && found.Kind != kind)
        {
            context.Error(drop.Name.Span, $"'{path.Name}' is a {found.Kind}; write DROP {(drop.Temporary ? "TEMPORARY " : "")}{found.Kind.ToUpperInvariant()}");
        }
        else if (found is not null)
        {
            Catalog.Remove(found);
        }
        else if (!drop.IfExists)
        {
            var known = Catalog.Entries(path.Catalog, path.Database).Where(e => e.Kind == kind && e.Temporary == drop.Temporary).Select(e => e.Path.Name);
            context.Error(drop.Name.Span, $"there is no {(drop.Temporary ? "temporary " : "")}{kind} '{drop.Name}'{BindingContext.Suggestion(path.Name, known)}");
        }
    }

    private void Alter(AlterTableStatement alter)
    {
        if (context.PathOf(alter.Table) is not { } path)
        {
            return;
        }

        if (alter.IfExists && Catalog.Find(path) is null)
        {
            return;
        }

        switch (context.Find(alter.Table))
        {
            case CatalogTable table:
                Alter(alter, table);
                break;
            case CatalogView:
                context.Error(alter.Table.Span, $"'{alter.Table}' is a view; ALTER TABLE takes a table");
                break;
        }
    }

    private void Alter(AlterTableStatement alter, CatalogTable table)
    {
        switch (alter)
        {
            case AlterTableSet set:
                var given = context.OptionsOf(set.Options);
                Catalog.Put(table with { Options = [.. table.Options.Where(o => given.All(g => g.Key != o.Key)), .. given] });
                break;
            case AlterTableReset reset:
                foreach (var key in reset.Keys.Where(k => k.Value == TableOptions.Connector))
                {
                    context.Error(key.Span, "the option 'connector' cannot be reset: without it there is no table");
                }

                Catalog.Put(table with { Options = [.. table.Options.Where(o => reset.Keys.All(k => k.Value != o.Key))] });
                break;
            case AlterTableRename rename:
                Rename(rename, table);
                break;
            default:
                context.Error(alter.Span, "of ALTER TABLE there is SET, RESET and RENAME TO");
                break;
        }
    }

    private void Rename(AlterTableRename rename, CatalogTable table)
    {
        if (context.Catalog.PathOf(rename.NewName, table.Path.Catalog, table.Path.Database) is not { } path
            || path.Catalog != table.Path.Catalog || path.Database != table.Path.Database)
        {
            context.Error(rename.NewName.Span, "RENAME TO takes a new name in the same database");
        }
        else if (Catalog.Find(path, table.Temporary) is { } existing)
        {
            context.Error(rename.NewName.Span, $"{existing.Kind} '{path.Name}' exists already");
        }
        else
        {
            Catalog.Remove(table);
            Catalog.Put(table with { Path = path });
        }
    }
}
