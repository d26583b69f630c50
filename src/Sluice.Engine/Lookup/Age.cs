namespace Sluice.Engine.Lookup;

/// <summary>When an entry was asked for and last used, in ticks of the clock.</summary>
internal struct Age
{
    public long Loaded;
    public long Used;
}
