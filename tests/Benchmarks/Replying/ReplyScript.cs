namespace Benchmarks.Replying;

/// <summary>The statements of a reply in the three trips in which the API makes them, with values that the server makes up.</summary>
internal static class ReplyScript
{
    public const int Conversations = 50_000;

    /// <summary>What a lead is answered.</summary>
    public const string Content = "Thank you for your message. It is done, and you will find it in your account by tomorrow.";

    private const string Conversation = "lpad(to_hex(:n::bigint), 32, '0')::uuid";
    private const string Message = "lpad(to_hex(currval('replies')), 32, '0')::uuid";
    private const string Columns = "id, lead_id, lead_email, lead_name, subject, status, message_count, last_message_at, last_inbound_at, last_outbound_at, archived_at, created_at, updated_at, version";
    private const string Before = """{"status": "needs_reply", "archivedAt": null, "version": 2, "suggestions": []}""";
    private const string Headers = """[{"name": "From", "value": "desk@conversations.invalid"}, {"name": "To", "value": "\"Lead 1\" <lead1@people.example>"}, {"name": "Subject", "value": "Re: A subject of some length, number 1"}, """
        + """{"name": "Date", "value": "Sun, 22 Nov 2026 10:00:00 +0000"}, {"name": "Message-ID", "value": "<019ab0c0000070008000000000000000@conversations.invalid>"}, """
        + """{"name": "In-Reply-To", "value": "<1-3@people.example>"}, {"name": "References", "value": "<1-1@people.example> <1-2@people.example> <1-3@people.example>"}]""";

    /// <summary>For pgbench.</summary>
    public const string Sql = $"""
        \set n random(1, 50000)
        \startpipeline
        BEGIN;
        SELECT {Columns} FROM conversations WHERE id = {Conversation} FOR UPDATE;
        UPDATE ai_suggestions SET status = 'rejected', user_feedback = 'Answered by hand.', updated_at = now() WHERE conversation_id = {Conversation} AND status = 'pending' AND id IS DISTINCT FROM NULL::uuid RETURNING id;
        (SELECT true AS inbound, message_id, headers FROM conversation_messages WHERE conversation_id = {Conversation} AND direction = 'inbound' AND NOT 'synthetic_id' = ANY (marks) ORDER BY sent_at DESC, id DESC LIMIT 1) UNION ALL (SELECT false, message_id, headers FROM conversation_messages WHERE conversation_id = {Conversation} AND direction = 'outbound' AND NOT 'synthetic_id' = ANY (marks) ORDER BY sent_at DESC, id DESC LIMIT 1);
        SELECT message_id FROM ((SELECT message_id, sent_at, id FROM conversation_messages WHERE conversation_id = {Conversation} AND NOT 'synthetic_id' = ANY (marks) ORDER BY sent_at, id LIMIT 1) UNION (SELECT message_id, sent_at, id FROM conversation_messages WHERE conversation_id = {Conversation} AND NOT 'synthetic_id' = ANY (marks) ORDER BY sent_at DESC, id DESC LIMIT 200)) AS ids ORDER BY sent_at, id;
        \endpipeline
        \startpipeline
        UPDATE conversations SET status = 'waiting', archived_at = NULL, message_count = message_count + 1, last_message_at = greatest(last_message_at, now()), last_outbound_at = greatest(last_outbound_at, now()), updated_at = now(), version = version + 1 WHERE id = {Conversation} RETURNING {Columns};
        INSERT INTO message_work (message_id, kind, conversation_id, not_before, options) VALUES (lpad(to_hex(nextval('replies')), 32, '0')::uuid, 'deliver', {Conversation}, now() + interval '10 seconds', '{Before}'), ({Message}, 'index', {Conversation}, now() + interval '10 seconds', NULL) RETURNING not_before;
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, html_content, sent_at, sender_email, sender_name, recipient_email, message_id, content_hash, in_reply_to, headers, delivery_status, created_at) VALUES ({Message}, {Conversation}, 'outbound', 'Re: A subject of some length, number 1', '{Content}', NULL, now(), 'desk@conversations.invalid', NULL, 'lead1@people.example', {Message} || '@conversations.invalid', decode(repeat('00', 32), 'hex'), '1-3@people.example', '{Headers}', 'queued', now());
        INSERT INTO message_references (reference, conversation_id) VALUES ({Message} || '@conversations.invalid', {Conversation});
        INSERT INTO conversation_events (kind, conversation_id, message_id, suggestion_id, status, reason) VALUES ('status', {Conversation}, {Message}, NULL, 'waiting', NULL);
        \endpipeline
        COMMIT
        """;

    /// <summary>Conversations of three messages, in statements.</summary>
    public static readonly string[] Fill =
    [
        "CREATE SEQUENCE replies START 1000000000",
        """
        INSERT INTO conversations (id, lead_email, lead_name, subject, status, message_count, last_message_at, last_inbound_at, last_outbound_at)
        SELECT lpad(to_hex(n::bigint), 32, '0')::uuid, 'lead' || n || '@people.example', 'Lead ' || n, 'A subject of some length, number ' || n, 'needs_reply', 3, now() - interval '1 hour', now(), now() - interval '2 hours'
        FROM generate_series(1, 50000) n
        """,
        """
        INSERT INTO conversation_messages (id, conversation_id, direction, subject, content, sent_at, sender_email, message_id, content_hash, headers)
        SELECT gen_random_uuid(), lpad(to_hex(n::bigint), 32, '0')::uuid, CASE WHEN k = 2 THEN 'outbound'::message_direction ELSE 'inbound' END, 'A subject of some length, number ' || n, repeat('Words of a message. ', 50),
            now() - (4 - k) * interval '1 hour', 'lead' || n || '@people.example', n || '-' || k || '@people.example', decode(repeat('00', 32), 'hex'),
            jsonb_build_array(jsonb_build_object('name', 'From', 'value', 'lead@people.example'), jsonb_build_object('name', 'References', 'value', '<' || n || '-1@people.example> <' || n || '-2@people.example>'))
        FROM generate_series(1, 50000) n, generate_series(1, 3) k
        """,
        "INSERT INTO message_references SELECT message_id, conversation_id FROM conversation_messages",
        "VACUUM ANALYZE",
    ];
}
