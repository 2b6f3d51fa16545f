using ConversationApi.Delivery.Mime;
using ConversationApi.Ingestion;
using Microsoft.Extensions.Options;

namespace ConversationApi.Delivery;

internal static class DeliveryExtensions
{
    public static IHostApplicationBuilder AddDelivery(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DeliveryOptions>().BindConfiguration(DeliveryOptions.Section)
            .Configure<IConfiguration>((options, configuration) => options.From ??= configuration["POSTMARK_FROM_EMAIL"] is { Length: > 0 } from ? from : null)
            .ValidateDataAnnotations().ValidateOnStart();
        // What we send, and see again in an import, is ours.
        builder.Services.AddOptions<IngestionOptions>().PostConfigure<IOptions<DeliveryOptions>>((ingestion, delivery) =>
        {
            if (Mailbox.Read(delivery.Value.From, null) is { } from)
                ingestion.OwnAddresses.Add(from.Address);
        });
        builder.Services.AddSingleton<Outbox>();
        return builder;
    }
}
