namespace Sluice.Sql.Binding;

/// <summary>The full name of a table or view. Names keep their case and are compared with it, as in Flink.</summary>
internal readonly record struct ObjectPath(string Catalog, string Database, string Name)
{
    /// <summary>As Flink prints it: <c>`c`.`d`.`t`</c>.</summary>
    public string Quoted => $"{Quote(Catalog)}.{Quote(Database)}.{Quote(Name)}";

    /// <summary>A name in backticks.</summary>
    public static string Quote(string name) => "`" + name.Replace("`", "``", StringComparison.Ordinal) + "`";

    public override string ToString() => $"{Catalog}.{Database}.{Name}";
}
