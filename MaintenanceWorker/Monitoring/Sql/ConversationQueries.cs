using MaintenanceWorker.Monitoring.Instruments;

namespace MaintenanceWorker.Monitoring.Sql;

/// <summary>What the platform is there for: numbers of the cluster, whoever leads.</summary>
internal static class ConversationQueries
{
    public static IReadOnlyList<StatisticsQuery> All { get; } =
    [
        new("conversations", """
            SELECT s.status::text, coalesce(c.number, 0)
            FROM unnest(enum_range(NULL::public.conversation_status)) s (status)
            LEFT JOIN (SELECT status, count(*) AS number FROM public.conversations GROUP BY status) c ON c.status = s.status
            """)
        {
            Audience = Audience.Cluster, IsSlow = true, Labels = [AttributeNames.Status], Measures = [PlatformMetrics.Conversations],
        },
        // The lead wrote last, so the last message is what waits; and an index is ordered by it.
        new("oldest waiting reply", """
            SELECT coalesce(extract(epoch FROM clock_timestamp() - (
                SELECT last_message_at FROM public.conversations WHERE status = 'needs_reply' ORDER BY last_message_at, id LIMIT 1)), 0)::float8
            """)
        {
            Audience = Audience.Cluster, IsSlow = true, Measures = [PlatformMetrics.OldestWaiting],
        },
        new("suggestions", """
            SELECT s.status::text, coalesce(a.number, 0)
            FROM unnest(enum_range(NULL::public.suggestion_status)) s (status)
            LEFT JOIN (SELECT status, count(*) AS number FROM public.ai_suggestions GROUP BY status) a ON a.status = s.status
            """)
        {
            Audience = Audience.Cluster, IsSlow = true, Labels = [AttributeNames.Status], Measures = [PlatformMetrics.Suggestions],
        },
        new("suggestion acceptance", """
            SELECT count(*) FILTER (WHERE status <> 'rejected')::float8 / nullif(count(*), 0) FROM public.ai_suggestions WHERE status <> 'pending'
            """)
        {
            Audience = Audience.Cluster, IsSlow = true, Measures = [PlatformMetrics.SuggestionAcceptance],
        },
        new("delivery backlog", """
            SELECT s.status::text, coalesce(m.number, 0)
            FROM unnest(ARRAY['queued', 'sending', 'failed']::public.delivery_status[]) s (status)
            LEFT JOIN (SELECT delivery_status, count(*) AS number FROM public.conversation_messages
                WHERE delivery_status = ANY (ARRAY['queued', 'sending', 'failed']::public.delivery_status[]) GROUP BY delivery_status) m ON m.delivery_status = s.status
            """)
        {
            Audience = Audience.Cluster, IsSlow = true, Labels = [AttributeNames.Status], Measures = [PlatformMetrics.DeliveryBacklog],
        },
        new("embedding backlog", """
            SELECT count(*) FROM public.conversation_messages m WHERE NOT EXISTS (SELECT FROM public.message_embeddings e WHERE e.message_id = m.id)
            """)
        {
            Audience = Audience.Cluster, IsSlow = true, Measures = [PlatformMetrics.EmbeddingBacklog],
        },
    ];
}
