using System.ComponentModel;
using ConversationApi.Paging;
using Microsoft.AspNetCore.Http.HttpResults;
using ServiceDefaults.Authentication;
using ServiceDefaults.Problems;

namespace ConversationApi.Delivery.Replies;

internal static class DeliveryEndpoints
{
    public static IEndpointRouteBuilder MapDeliveries(this IEndpointRouteBuilder api)
    {
        api.MapGet("/deliveries", ListDeliveries).RequireScope(AccessScope.Read).WithTags("Messages")
            .WithName("ListDeliveries").WithSummary("List mail that could not be delivered, with the reasons, the latest first, a page at a time.");
        return api;
    }

    private static async Task<Results<Ok<Page<DeliveryView>>, ValidationProblem>> ListDeliveries(
        [Description("failed, which is also what is shown without it.")] string? state,
        [Description("nextCursor of the page before.")] string? cursor,
        [Description("1 to 100; 50 without it.")] string? limit,
        DeliveryReader deliveries, CancellationToken cancellationToken)
    {
        if (state is not (null or "failed"))
            return Problem.Invalid("state", "failed: what is queued or sent is shown with its conversation.");
        if (!PageLimit.TryRead(limit, out var size))
            return Problem.Invalid("limit", PageLimit.Message);
        Cursor after = default;
        if (cursor is not null && !Cursor.TryDecode(cursor, DeliveryReader.ListName, Cursor.MostTime, out after))
            return Problem.Invalid("cursor", "Not a cursor of this list. Send nextCursor of its page before, or none, to begin again.");
        return TypedResults.Ok(await deliveries.ListFailedAsync(cursor is null ? null : after, size, cancellationToken));
    }
}
