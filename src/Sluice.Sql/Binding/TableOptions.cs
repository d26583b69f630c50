namespace Sluice.Sql.Binding;

/// <summary>Options that every table has.</summary>
internal static class TableOptions
{
    public const string Connector = "connector";

    private static readonly string[] s_secret = ["password", "passwd", "secret", "token", "jaas", "ssl.key.pem", "keystore.key"];

    /// <summary>Whether the name says that the value is nobody's business.</summary>
    public static bool IsSecret(string key) => s_secret.Any(word => key.Contains(word, StringComparison.OrdinalIgnoreCase));
}
