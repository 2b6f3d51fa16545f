using PostgresForTests;

namespace ConversationData.Tests;

public sealed class ConstraintTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("UPDATE conversations SET status = 'archived'", "ck_conversations_archived")]
    [InlineData("UPDATE conversations SET archived_at = now()", "ck_conversations_archived")]
    [InlineData("UPDATE conversations SET lead_email = 'Upper@x'", "ck_conversations_lead_email")]
    [InlineData("UPDATE conversations SET message_count = -1", "ck_conversations_message_count")]
    [InlineData("UPDATE conversations SET version = 0", "ck_conversations_version")]
    [InlineData("UPDATE conversation_messages SET content_hash = 'short'", "ck_conversation_messages_content_hash")]
    [InlineData("UPDATE conversation_messages SET marks = '{odd}'", "ck_conversation_messages_marks")]
    [InlineData("UPDATE conversation_messages SET headers = '{}'", "ck_conversation_messages_headers")]
    [InlineData("UPDATE conversation_messages SET delivery_status = 'queued'", "ck_conversation_messages_delivery")]
    [InlineData("UPDATE conversation_messages SET conversation_id = gen_random_uuid()", "fk_conversation_messages_conversation")]
    [InlineData("INSERT INTO conversation_messages SELECT gen_random_uuid(), conversation_id, direction, subject, content, html_content, sent_at, sender_email, sender_name, recipient_email, message_id, content_hash FROM conversation_messages", "ux_conversation_messages_message_id")]
    [InlineData("INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used, confidence_score) SELECT gen_random_uuid(), conversation_id, id, '', '', 1.5 FROM conversation_messages", "ck_ai_suggestions_confidence_score")]
    [InlineData("INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used) SELECT gen_random_uuid(), conversation_id, id, '', '' FROM conversation_messages, generate_series(1, 2)", "ux_ai_suggestions_pending")]
    [InlineData("INSERT INTO ai_suggestions (id, conversation_id, in_reply_to_message_id, suggested_content, model_used, status) SELECT gen_random_uuid(), conversation_id, id, '', '', 'approved' FROM conversation_messages", "ck_ai_suggestions_approved")]
    [InlineData("INSERT INTO embedding_models (id, name, dimensions) VALUES (1, 'm', 3); INSERT INTO message_embeddings SELECT id, 1, conversation_id, '[0,0,0]' FROM conversation_messages", "ck_message_embeddings_not_zero")]
    [InlineData("INSERT INTO conversation_redirects VALUES ((SELECT id FROM conversations), (SELECT id FROM conversations))", "ck_conversation_redirects_other")]
    public async Task Bad_data_is_kept_out(string sql, string constraint)
    {
        await using var database = await TestDatabase.CreateAsync(postgres.Server);
        await database.AddConversationAsync();
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => database.ExecuteAsync(sql));
        Assert.Equal(constraint, refused.ConstraintName);
    }
}
