using ConversationData.Conversations;
using ConversationData.Embeddings;
using ConversationData.Events;
using ConversationData.History;
using ConversationData.Idempotency;
using ConversationData.Ingestion;
using ConversationData.Messages;
using ConversationData.Operations.Erasures;
using ConversationData.Operations.Keys;
using ConversationData.Operations.Runs;
using ConversationData.Operations.Settings;
using ConversationData.Search;
using ConversationData.Suggestions;
using ConversationData.Work;
using Microsoft.EntityFrameworkCore;

namespace ConversationData;

/// <summary>The schema as Entity Framework knows it; <c>Migrations/</c> makes it, <c>MigrationRunner verify</c> compares the two.</summary>
public sealed class ConversationDbContext(DbContextOptions<ConversationDbContext> options) : DbContext(options)
{
    /// <summary>Conversations.</summary>
    public DbSet<Conversation> Conversations => Set<Conversation>();

    /// <summary>Where merged conversations went.</summary>
    public DbSet<ConversationRedirect> Redirects => Set<ConversationRedirect>();

    /// <summary>Pairs of conversations for a person to look at.</summary>
    public DbSet<ConversationLink> Links => Set<ConversationLink>();

    /// <summary>Messages.</summary>
    public DbSet<ConversationMessage> Messages => Set<ConversationMessage>();

    /// <summary>Message-IDs and the conversations they stand for.</summary>
    public DbSet<MessageReference> References => Set<MessageReference>();

    /// <summary>Suggested replies.</summary>
    public DbSet<AiSuggestion> Suggestions => Set<AiSuggestion>();

    /// <summary>Models that made vectors.</summary>
    public DbSet<EmbeddingModel> EmbeddingModels => Set<EmbeddingModel>();

    /// <summary>Vectors of messages.</summary>
    public DbSet<MessageEmbedding> Embeddings => Set<MessageEmbedding>();

    /// <summary>What words mean to models that were fitted here.</summary>
    public DbSet<EmbeddingModelTerm> EmbeddingModelTerms => Set<EmbeddingModelTerm>();

    /// <summary>Words of messages.</summary>
    public DbSet<MessageSearch> Search => Set<MessageSearch>();

    /// <summary>How common words are.</summary>
    public DbSet<SearchTerm> SearchTerms => Set<SearchTerm>();

    /// <summary>What scoring needs to know of all messages together.</summary>
    public DbSet<SearchCorpus> SearchCorpus => Set<SearchCorpus>();

    /// <summary>What is to be done with messages in the background.</summary>
    public DbSet<MessageWork> Work => Set<MessageWork>();

    /// <summary>What clients are told.</summary>
    public DbSet<ConversationEvent> Events => Set<ConversationEvent>();

    /// <summary>How far events were pruned.</summary>
    public DbSet<EventRetention> EventRetention => Set<EventRetention>();

    /// <summary>Requests that are done once.</summary>
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();
    /// <summary>Mail that could not be read or stored.</summary>
    public DbSet<SetAsideMail> SetAside => Set<SetAsideMail>();

    /// <summary>How far mailboxes were read.</summary>
    public DbSet<GmailMailbox> GmailMailboxes => Set<GmailMailbox>();

    /// <summary>Keys to the API.</summary>
    public DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    /// <summary>What was done to the platform.</summary>
    public DbSet<OperationRun> Runs => Set<OperationRun>();

    /// <summary>What runs said.</summary>
    public DbSet<RunLogLine> RunLog => Set<RunLogLine>();

    /// <summary>What the workers must agree on about the jobs of the schedule.</summary>
    public DbSet<JobState> Jobs => Set<JobState>();

    /// <summary>Logging levels that were set.</summary>
    public DbSet<LogLevelSetting> LogLevels => Set<LogLevelSetting>();

    /// <summary>Leads that were erased.</summary>
    public DbSet<Erasure> Erasures => Set<Erasure>();

    /// <summary>Rows as they were.</summary>
    public DbSet<RowVersion> RowVersions => Set<RowVersion>();

    /// <inheritdoc />
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.HasPostgresExtension("vector");
        modelBuilder.HasPostgresExtension("pg_trgm");
        modelBuilder.HasPostgresEnum<ConversationStatus>();
        modelBuilder.HasPostgresEnum<MessageDirection>();
        modelBuilder.HasPostgresEnum<DeliveryStatus>();
        modelBuilder.HasPostgresEnum<SuggestionStatus>();
        modelBuilder.HasPostgresEnum<WorkKind>();
        modelBuilder.HasPostgresEnum<ConversationEventKind>();
        modelBuilder.HasPostgresEnum<ApiScope>("ops");
        modelBuilder.HasPostgresEnum<RunState>("ops");
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(ConversationDbContext).Assembly);
        SnakeCaseColumns.Apply(modelBuilder.Model);
    }
}
