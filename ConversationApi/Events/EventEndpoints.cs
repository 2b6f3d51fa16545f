using System.ComponentModel;
using Microsoft.AspNetCore.Mvc;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Events;

internal static class EventEndpoints
{
    public static IHostApplicationBuilder AddEvents(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<EventOptions>().BindConfiguration(EventOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<EventReader>();
        builder.Services.AddSingleton<EventFeed>();
        builder.Services.AddHostedService(services => services.GetRequiredService<EventFeed>());
        builder.Services.AddHostedService<EventPruner>();
        builder.Services.AddSingleton<StreamKey>();
        builder.Services.AddSingleton<EventStream>();
        return builder;
    }

    public static IEndpointRouteBuilder MapEvents(this IEndpointRouteBuilder api)
    {
        api.MapGet("/events", GetEvents).RequireScope(AccessScope.Read).WithTags("Events")
            .WithName("GetEvents").WithSummary("Listen to what happens, as server-sent events.")
            .WithDescription("""
                Events are new_reply, suggestion_ready, sent, failed and status, in the order in which they were committed. Begin to listen, then read the lists: nothing falls between.
                A status whose reason is "merged into ID" says that the conversation went up in another: listen to that one. To go on where a connection broke send the last id as Last-Event-ID, to any replica. An event named reset says that some are missing: read the lists again.
                A client that does not keep up is disconnected, and goes on in the same way.
                """)
            .Produces<EventView>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        return api;
    }

    private static async Task GetEvents(
        HttpContext context,
        [Description("Only what happens to this conversation.")] string? conversationId,
        [Description("The id of the last event that was heard, for clients that cannot send Last-Event-ID.")] string? lastEventId,
        [FromHeader(Name = "Last-Event-ID"), Description("The id of the last event that was heard; without it only what happens from now on is told.")] string? lastEventIdHeader,
        EventStream stream)
    {
        Guid? conversation = Guid.TryParse(conversationId, out var id) ? id : null;
        if (conversationId is not null && conversation is null)
        {
            await Problem.Invalid("conversationId", "The id of a conversation.").ExecuteAsync(context);
            return;
        }

        EventCursor? lastHeard = null;
        // The header is what a browser sends by itself when it connects again: it knows better than the address.
        if ((lastEventIdHeader is { Length: > 0 } ? lastEventIdHeader : lastEventId) is { Length: > 0 } text)
        {
            if (!EventCursor.TryParse(text, out var cursor))
            {
                await Problem.Invalid("lastEventId", "The id of an event of this stream, or nothing to begin from now.").ExecuteAsync(context);
                return;
            }

            lastHeard = cursor;
        }

        await stream.RunAsync(context, conversation, lastHeard);
    }
}
