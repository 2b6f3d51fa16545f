using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ConversationApi.SlowClients;

internal static class SlowClientExtensions
{
    // The server's own; it looks once a second.
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    public static IHostApplicationBuilder AddSlowClientLimits(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<SlowClientOptions>().BindConfiguration(SlowClientOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<SlowClientOptions>>((kestrel, options) =>
            kestrel.Limits.MinResponseDataRate = new(options.Value.MinBytesPerSecond, _grace));
        builder.Services.AddSingleton<LargeAnswers>();
        return builder;
    }
}
