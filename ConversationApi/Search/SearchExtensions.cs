using ConversationApi.Database;
using ConversationApi.Search.Indexing;
using ConversationApi.Search.Keeping;
using ConversationApi.Search.Models;
using ConversationApi.Search.Questions;
using Microsoft.Extensions.Options;

namespace ConversationApi.Search;

internal static class SearchExtensions
{
    public static IHostApplicationBuilder AddSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SearchOptions>().BindConfiguration(SearchOptions.Section).ValidateDataAnnotations().ValidateOnStart()
            .Validate<IOptions<StaleReadOptions>>((search, stale) => stale.Value.MaxLag == TimeSpan.Zero || search.KeepRetired > stale.Value.MaxLag,
                "Search:KeepRetired must be longer than Database:StaleReads:MaxLag: a replica names a model for as long as it is behind, and its vectors must still be there.");
        builder.Services.AddSingleton<EmbeddingProvider>();
        builder.Services.AddSingleton<ModelStore>();
        builder.Services.AddSingleton<CorpusStatistics>();
        builder.Services.AddSingleton<ModelFitter>();
        builder.Services.AddSingleton<ModelBuilder>();
        builder.Services.AddSingleton<ModelKeeper>();
        builder.Services.AddSingleton<QuestionReader>();
        builder.Services.AddSingleton<QuestionMeaning>();
        builder.Services.AddSingleton<ReachFinder>();
        builder.Services.AddSingleton<SearchSettings>();
        builder.Services.AddSingleton<MessageSearcher>();
        builder.Services.AddSingleton<SimilarMessages>();
        builder.Services.AddSingleton<SimilarConversations>();
        builder.Services.AddHostedService<MessageIndexer>();
        builder.Services.AddHostedService<SearchKeeper>();
        return builder;
    }
}
