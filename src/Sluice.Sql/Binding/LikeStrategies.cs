using Sluice.Sql.Parsing.Syntax;

namespace Sluice.Sql.Binding;

/// <summary>What LIKE takes over of each feature of the other table. As in Flink everything is taken over and options are overwritten;
/// ALL changes that for all features, and a feature's own word for itself.</summary>
internal sealed class LikeStrategies
{
    private readonly Dictionary<LikeFeature, LikeMerging> _strategies = new()
    {
        [LikeFeature.Constraints] = LikeMerging.Including,
        [LikeFeature.Distribution] = LikeMerging.Including,
        [LikeFeature.Generated] = LikeMerging.Including,
        [LikeFeature.Metadata] = LikeMerging.Including,
        [LikeFeature.Options] = LikeMerging.Overwriting,
        [LikeFeature.Partitions] = LikeMerging.Including,
        [LikeFeature.Watermarks] = LikeMerging.Including,
    };

    private LikeStrategies()
    {
    }

    public LikeMerging this[LikeFeature feature] => _strategies[feature];

    public static LikeStrategies Of(LikeClause like, BindingContext context)
    {
        var result = new LikeStrategies();
        var seen = new HashSet<LikeFeature>();
        foreach (var option in like.Options.OrderBy(o => o.Feature == LikeFeature.All ? 0 : 1))
        {
            if (!seen.Add(option.Feature))
            {
                context.Error(option.Span, $"{Word(option.Feature)} is said twice; say it once");
            }
            else if (option is { Merging: LikeMerging.Overwriting, Feature: LikeFeature.All or LikeFeature.Constraints or LikeFeature.Distribution or LikeFeature.Partitions })
            {
                context.Error(option.Span, $"OVERWRITING does not go with {Word(option.Feature)}; it goes with GENERATED, METADATA, OPTIONS and WATERMARKS");
            }
            else if (option.Feature == LikeFeature.All)
            {
                foreach (var feature in result._strategies.Keys.ToList())
                {
                    result._strategies[feature] = option.Merging;
                }
            }
            else
            {
                result._strategies[option.Feature] = option.Merging;
            }
        }

        return result;
    }

    private static string Word(LikeFeature feature) => feature.ToString().ToUpperInvariant();
}
