using Sluice.Connectors.TrustStores;
using Sluice.Engine.Errors;

namespace Sluice.Connectors.Kafka;

/// <summary>Turns Java's trust and key stores into the PEM texts that librdkafka takes.</summary>
internal static class StoreProperties
{
    private const string TrustLocation = "ssl.truststore.location";
    private const string TrustPassword = "ssl.truststore.password";
    private const string TrustType = "ssl.truststore.type";
    private const string KeyLocation = "ssl.keystore.location";
    private const string KeyStorePassword = "ssl.keystore.password";
    private const string KeyType = "ssl.keystore.type";
    private const string KeyPassword = "ssl.key.password";

    private static readonly string[] s_types = ["JKS", "PKCS12", "PEM"];

    public static readonly IReadOnlyList<string> Names = [TrustLocation, TrustPassword, TrustType, KeyLocation, KeyStorePassword, KeyType, KeyPassword];

    public static bool IsOne(string name) => Names.Contains(name);

    public static IEnumerable<KafkaProperty> Translate(IReadOnlyList<KafkaProperty> given, string baseDirectory)
    {
        string? Value(string name) => given.LastOrDefault(p => p.Name == name).Value;
        CheckType(given, TrustType);
        CheckType(given, KeyType);
        var trust = given.LastOrDefault(p => p.Name == TrustLocation);
        if (trust.Value is { Length: > 0 } trustPath)
        {
            yield return new KafkaProperty("ssl.ca.pem", TrustStore.ReadPem(Path.Combine(baseDirectory, trustPath), Value(TrustPassword), trust.Place), trust.Place);
        }

        var keyPassword = given.LastOrDefault(p => p.Name == KeyPassword);
        var store = given.LastOrDefault(p => p.Name == KeyLocation);
        if (store.Value is not { Length: > 0 } storePath)
        {
            // An inline key ('ssl.keystore.key') or librdkafka's own ssl.key.location.
            if (keyPassword.Name is not null)
            {
                yield return keyPassword;
            }

            yield break;
        }

        var file = StoreFile.Read(Path.Combine(baseDirectory, storePath), store.Place);
        if (file.Kind == StoreKind.Pem)
        {
            yield return new KafkaProperty("ssl.certificate.location", file.Path, store.Place);
            yield return new KafkaProperty("ssl.key.location", file.Path, store.Place);
            if (keyPassword.Name is not null)
            {
                yield return keyPassword;
            }

            yield break;
        }

        var keys = KeyStore.Read(file, Value(KeyStorePassword), keyPassword.Value);
        yield return new KafkaProperty("ssl.certificate.pem", keys.CertificatesPem, store.Place);
        yield return new KafkaProperty("ssl.key.pem", keys.KeyPem, store.Place);
    }

    /// <summary>The content decides; the word only has to be one that exists.</summary>
    private static void CheckType(IReadOnlyList<KafkaProperty> given, string name)
    {
        var type = given.LastOrDefault(p => p.Name == name);
        if (type.Name is not null && !s_types.Contains(type.Value, StringComparer.OrdinalIgnoreCase))
        {
            throw KafkaProperties.Wrong(type, $"is \"{type.Value}\"; allowed: {string.Join(", ", s_types)}");
        }
    }
}
