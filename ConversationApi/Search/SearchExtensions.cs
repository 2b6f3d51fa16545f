using ConversationApi.Search.Questions;

namespace ConversationApi.Search;

internal static class SearchExtensions
{
    public static IHostApplicationBuilder AddSearch(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SearchOptions>().BindConfiguration(SearchOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<QuestionReader>();
        builder.Services.AddSingleton<SimilarMessages>();
        return builder;
    }
}
