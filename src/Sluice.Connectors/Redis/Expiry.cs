namespace Sluice.Connectors.Redis;

/// <summary>When keys expire (S-18).</summary>
/// <param name="Seconds">From the write on; 0 where it is a moment, or never.</param>
/// <param name="UnixTime">Seconds since 1970 UTC; 0 where it counts from the write, or never.</param>
internal sealed record Expiry(long Seconds, long UnixTime)
{
    public static readonly Expiry None = new(0, 0);

    public bool IsNone => this is { Seconds: 0, UnixTime: 0 };

    /// <summary>The command that sets it on a key that is there.</summary>
    public ReadOnlySpan<byte> Command => UnixTime != 0 ? "EXPIREAT"u8 : "EXPIRE"u8;

    /// <summary>The word that goes with SET. EXAT needs Redis 6.2.</summary>
    public ReadOnlySpan<byte> SetWord => UnixTime != 0 ? "EXAT"u8 : "EX"u8;

    public long Argument => UnixTime != 0 ? UnixTime : Seconds;

    public static Expiry After(long seconds) => new(seconds, 0);

    public static Expiry At(long unixTime) => new(0, unixTime);
}
