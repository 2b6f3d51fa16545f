using ConversationData.Conversations;
using ConversationData.Events;
using ConversationData.Messages;
using ConversationData.Operations.Keys;
using ConversationData.Operations.Runs;
using ConversationData.Suggestions;
using ConversationData.Work;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace ConversationData.Connections;

/// <summary>Sets a context up the same way everywhere.</summary>
public static class ConversationDbContextOptions
{
    /// <summary>Name of the table that lists applied migrations; it stands in schema <see cref="MigrationsSchema"/>, where the application may only read.</summary>
    public const string MigrationsTable = "__EFMigrationsHistory";

    /// <summary>Schema of <see cref="MigrationsTable"/>.</summary>
    public const string MigrationsSchema = "ops";

    /// <summary>Uses the connections of <paramref name="dataSource"/>.</summary>
    public static DbContextOptionsBuilder UseConversations(this DbContextOptionsBuilder options, NpgsqlDataSource dataSource)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options
            .UseNpgsql(dataSource, npgsql => npgsql
                .MapEnum<ConversationStatus>()
                .MapEnum<MessageDirection>()
                .MapEnum<DeliveryStatus>()
                .MapEnum<SuggestionStatus>()
                .MapEnum<WorkKind>()
                .MapEnum<ConversationEventKind>()
                .MapEnum<ApiScope>("api_scope", "ops")
                .MapEnum<RunState>("run_state", "ops")
                .MigrationsHistoryTable(MigrationsTable, MigrationsSchema)
                .UseVector())
            // Migrations are written by hand and kept without a snapshot; 'verify' compares the model with the database instead.
            .ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
    }
}
