using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ServiceDefaults.Http;

internal static class HttpClientDefaults
{
    public static void AddHttpClientDefaults(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<HttpClientDefaultsOptions>().BindConfiguration(HttpClientDefaultsOptions.Section)
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddServiceDiscovery();
        builder.Services.AddSingleton<RetryPipeline>();
        builder.Services.AddTransient<RetryHandler>();
        builder.Services.ConfigureHttpClientDefaults(http => http
            .ConfigureHttpClient((services, client) =>
                client.Timeout = services.GetRequiredService<IOptions<HttpClientDefaultsOptions>>().Value.Timeout)
            // Outside of service discovery, so that another attempt may go to another endpoint.
            .AddHttpMessageHandler<RetryHandler>()
            .AddServiceDiscovery());
    }
}
