using ConversationApi.Delivery.Folder;
using ConversationApi.Delivery.Mime;
using ConversationApi.Delivery.Postmark;
using ConversationApi.Delivery.Replies;
using ConversationApi.Delivery.Sending;
using ConversationApi.Ingestion;
using Microsoft.Extensions.Options;

namespace ConversationApi.Delivery;

internal static class DeliveryExtensions
{
    private const long MaxAnswerBytes = 1024 * 1024;

    public static IHostApplicationBuilder AddDelivery(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<DeliveryOptions>().BindConfiguration(DeliveryOptions.Section)
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.From = Or(options.From, configuration, "POSTMARK_FROM_EMAIL");
                // Empty is what an orchestrator passes that was given nothing.
                options.InboundAddress = options.InboundAddress is { Length: > 0 } inbound ? inbound : null;
            })
            .ValidateDataAnnotations()
            .Validate<IOptions<PostmarkOptions>>((delivery, postmark) => Choose(delivery, postmark.Value) != DeliveryProvider.Postmark || delivery.From is not null,
                "Postmark sends only from an address that it knows: set Delivery:From or POSTMARK_FROM_EMAIL.")
            .Validate<IOptions<PostmarkOptions>>((delivery, postmark) => Choose(delivery, postmark.Value) != DeliveryProvider.Postmark || postmark.Value.ServerToken is not null,
                "Delivery:Provider is postmark: set Postmark:ServerToken or POSTMARK_API_TOKEN.")
            .ValidateOnStart();
        // What we send, and see again in an import, is ours.
        builder.Services.AddOptions<IngestionOptions>().PostConfigure<IOptions<DeliveryOptions>>((ingestion, delivery) =>
        {
            if (Mailbox.Read(delivery.Value.From, null) is { } from)
                ingestion.OwnAddresses.Add(from.Address);
        });
        builder.Services.AddSingleton<Outbox>();
        builder.Services.AddSingleton<MailUndo>();
        builder.Services.AddSingleton<MailRetry>();
        builder.Services.AddSingleton<DeliveryReader>();
        builder.AddSending();
        return builder;
    }

    private static void AddSending(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<PostmarkOptions>().BindConfiguration(PostmarkOptions.Section)
            .Configure<IConfiguration>((options, configuration) => options.ServerToken = Or(options.ServerToken, configuration, "POSTMARK_API_TOKEN"))
            .ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddHttpClient(PostmarkProvider.ClientName, (services, client) =>
        {
            var options = services.GetRequiredService<IOptions<PostmarkOptions>>().Value;
            client.BaseAddress = new(options.BaseAddress.AbsoluteUri.TrimEnd('/') + '/');
            client.Timeout = options.Timeout;
            client.MaxResponseContentBufferSize = MaxAnswerBytes;
            client.DefaultRequestHeaders.Add(PostmarkProvider.TokenHeader, options.ServerToken);
            client.DefaultRequestHeaders.Accept.Add(new("application/json"));
        }).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false }).RedactLoggedHeaders([PostmarkProvider.TokenHeader]);
        builder.Services.AddSingleton<IMailProvider>(services =>
            Choose(services.GetRequiredService<IOptions<DeliveryOptions>>().Value, services.GetRequiredService<IOptions<PostmarkOptions>>().Value) == DeliveryProvider.Postmark
                ? ActivatorUtilities.CreateInstance<PostmarkProvider>(services)
                : ActivatorUtilities.CreateInstance<FolderProvider>(services));
        builder.Services.AddSingleton<SendingStore>();
        builder.Services.AddSingleton<BegunMail>();
        builder.Services.AddSingleton<KnownAttempts>();
        builder.Services.AddSingleton<DeliveryFault>();
        builder.Services.AddHostedService<DeliveryLoop>();
        builder.Services.AddHealthChecks().AddCheck<DeliveryFault>("delivery");
    }

    private static DeliveryProvider Choose(DeliveryOptions delivery, PostmarkOptions postmark) =>
        delivery.Provider != DeliveryProvider.Auto ? delivery.Provider : postmark.ServerToken is not null ? DeliveryProvider.Postmark : DeliveryProvider.Folder;

    private static string? Or(string? value, IConfiguration configuration, string variable) =>
        value is { Length: > 0 } ? value : configuration[variable] is { Length: > 0 } other ? other : null;
}
