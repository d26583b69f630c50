using Sluice.Connectors.TrustStores;
using Sluice.Engine.Errors;
using Sluice.Engine.Options;
using Sluice.Redis.Security;

namespace Sluice.Connectors.Redis;

/// <summary>How connections to Redis and to its sentinels are encrypted (S-34).</summary>
internal static class RedisTlsSettings
{
    private static readonly Option<bool> s_tls = Option.Boolean("tls", false, "Encrypts the connection and verifies the server, against `cacert.filepath` or else the system's authorities.");
    private static readonly Option<string?> s_trustFile = Option.Text("cacert.filepath", null, "Certificates to trust: JKS, PKCS#12 or PEM, told apart by content. Set means that TLS is on.");
    private static readonly Option<string?> s_trustPassword = Option.Secret("cacert.password", "Password of `cacert.filepath`, where its integrity is to be checked or its content is encrypted.");
    private static readonly Option<string?> s_clientFile = Option.Text("cert.filepath", null, "The client's certificate with its key, for servers that ask for one: PEM, PKCS#12 or JKS.");
    private static readonly Option<string?> s_clientPassword = Option.Secret("cert.password", "Password of `cert.filepath`, where its key is encrypted.");

    public static IReadOnlyList<IOption> Options { get; } = [s_tls, s_trustFile, s_trustPassword, s_clientFile, s_clientPassword];

    /// <param name="baseDirectory">Relative paths count from here.</param>
    /// <returns>Null: plain text.</returns>
    /// <exception cref="ConfigException">The options contradict each other, or a file is not what it should be.</exception>
    public static TlsOptions? Take(OptionBag bag, string baseDirectory)
    {
        var isSaid = bag.Has(s_tls);
        var isOn = bag.Take(s_tls);
        var (trustFile, trustPassword) = (Given(bag, s_trustFile), Given(bag, s_trustPassword));
        var (clientFile, clientPassword) = (Given(bag, s_clientFile), Given(bag, s_clientPassword));
        if (isSaid && !isOn && trustFile is not null)
        {
            throw new ConfigException(bag.PlaceOf(s_tls), $"'{s_tls.Name}' is false and '{s_trustFile.Name}' is given, which turns TLS on; remove one of them");
        }

        RefuseAlone(bag, s_trustPassword, trustPassword is not null && trustFile is null, $"goes with '{s_trustFile.Name}', the file that it opens; give that too, or remove it");
        RefuseAlone(bag, s_clientPassword, clientPassword is not null && clientFile is null, $"goes with '{s_clientFile.Name}', the file that it opens; give that too, or remove it");
        isOn |= trustFile is not null;
        RefuseAlone(bag, s_clientFile, clientFile is not null && !isOn, $"is given and the connection is not encrypted; turn TLS on by '{s_trustFile.Name}' or '{s_tls.Name}' = 'true', or remove it");
        if (!isOn)
        {
            return null;
        }

        var options = new TlsOptions
        {
            Client = clientFile is null ? null : ClientCertificate.Read(Path.GetFullPath(clientFile, Path.GetFullPath(baseDirectory)), clientPassword, bag.PlaceOf(s_clientFile)),
        };
        return trustFile is null ? options : options with
        {
            Trusted = TrustStore.Read(Path.GetFullPath(trustFile, Path.GetFullPath(baseDirectory)), trustPassword, bag.PlaceOf(s_trustFile)),
            TrustName = $"'{trustFile}'",
        };
    }

    private static string? Given(OptionBag bag, Option<string?> option) => bag.Take(option) is { Length: > 0 } text ? text : null;

    private static void RefuseAlone(OptionBag bag, Option<string?> option, bool isAlone, string why)
    {
        if (isAlone)
        {
            throw new ConfigException(bag.PlaceOf(option), $"'{option.Name}' {why}");
        }
    }
}
