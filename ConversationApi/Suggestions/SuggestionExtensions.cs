using ConversationApi.OpenAi;
using ConversationApi.Suggestions.Drafting;
using Microsoft.Extensions.Options;

namespace ConversationApi.Suggestions;

internal static class SuggestionExtensions
{
    public static IHostApplicationBuilder AddSuggestions(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SuggestionOptions>().BindConfiguration(SuggestionOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ContextReader>();
        builder.Services.AddSingleton<IDrafter>(services => services.GetRequiredService<IOptions<OpenAiOptions>>().Value.ApiKey is null
            ? ActivatorUtilities.CreateInstance<LocalDrafter>(services)
            : ActivatorUtilities.CreateInstance<ChatDrafter>(services));
        builder.Services.AddSingleton<SuggestionStore>();
        builder.Services.AddSingleton<SuggestionReader>();
        builder.Services.AddSingleton<SuggestionDecision>();
        builder.Services.AddHostedService<SuggestionLoop>();
        return builder;
    }
}
