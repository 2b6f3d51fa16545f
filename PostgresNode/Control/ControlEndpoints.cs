using Microsoft.AspNetCore.Http.HttpResults;
using PostgresNode.Peers;
using PostgresNode.Replication;
using PostgresNode.Startup;
using PostgresNode.Supervision;

namespace PostgresNode.Control;

/// <summary>Status and control, for peers, the AppHost, the worker and people.</summary>
internal static class ControlEndpoints
{
    public static void MapControl(this IEndpointRouteBuilder endpoints)
    {
        var control = endpoints.MapGroup("").AddEndpointFilter<ControlKeyFilter>();
        control.MapGet("/status", Status);
        control.MapPost("/start", Start);
        control.MapPost("/stop", Stop);
        control.MapPost("/restart", Restart);
        control.MapPost("/promote", Promote);
        control.MapPost("/rejoin", Rejoin);
    }

    private static Ok<NodeStatus> Status(NodeState state) => TypedResults.Ok(state.Describe());

    // lead=true is a person's word that no silent node has anything newer.
    private static Results<Accepted<NodeStatus>, ProblemHttpResult> Start(NodeSupervisor supervisor, NodeState state, bool lead = false)
    {
        var own = state.Describe();
        if (own.Phase != NodePhase.Running)
            supervisor.StartServer(new(Lead: lead));
        else if (lead && own.Role != NodeRole.Primary)
            return TypedResults.Problem($"{own.Name} runs as a replica already, and lead=true is about a node that has not started. POST /promote makes it the primary.", statusCode: StatusCodes.Status409Conflict);
        return TypedResults.Accepted("/status", state.Describe());
    }

    // What has begun is not given up because the caller went away: no handler that changes something takes the request's token.
    private static async Task<Ok<NodeStatus>> Stop(NodeSupervisor supervisor, NodeState state)
    {
        await supervisor.StopServerAsync("Stopped by request; POST /start starts it.");
        return TypedResults.Ok(state.Describe());
    }

    private static async Task<Accepted<NodeStatus>> Restart(NodeSupervisor supervisor, NodeState state)
    {
        var wish = new StartWish(Lead: state.Server is { Facts.Role: NodeRole.Primary });
        await supervisor.RestartServerAsync(wish, "Restarting by request.");
        return TypedResults.Accepted("/status", state.Describe());
    }

    // force=true is a person's word that the former primary's last commits may be lost.
    private static async Task<Results<Ok<NodeStatus>, ProblemHttpResult>> Promote(Promotion promotion, NodeSupervisor supervisor, NodeState state, bool force = false)
    {
        var refusal = await supervisor.ExclusivelyAsync(() => promotion.PromoteAsync(force, CancellationToken.None), CancellationToken.None);
        return refusal is null ? TypedResults.Ok(state.Describe()) : TypedResults.Problem(refusal, statusCode: StatusCodes.Status409Conflict);
    }

    // Data that cannot be read is replaced by a person's word alone, not by a peer's.
    private static async Task<Results<Accepted<NodeStatus>, ProblemHttpResult>> Rejoin(PeerClient peers, NodeSupervisor supervisor, NodeState state, bool replaceDamaged = true)
    {
        var own = state.Describe();
        var views = await peers.AskAllAsync(CancellationToken.None);
        var leader = views.FirstOrDefault(view => view.Status is { Role: NodeRole.Primary } || view.Status?.Timeline > own.Timeline);
        if (leader is null)
            return TypedResults.Problem("No other node is primary or has a newer timeline: there is nobody to follow.", statusCode: StatusCodes.Status409Conflict);
        await supervisor.RestartServerAsync(new(CloneFrom: own.DataRole == NodeRole.Replica, ReplaceDamaged: replaceDamaged), $"Joining {leader.Peer.Name} again, by request.");
        return TypedResults.Accepted("/status", state.Describe());
    }
}
