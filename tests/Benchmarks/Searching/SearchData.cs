using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace Benchmarks.Searching;

/// <summary>
/// Many messages at once: words as common as words are (a few in most messages, most in few), and vectors in clusters. Every word has a
/// vector too, so that a question finds its cluster.
/// </summary>
internal sealed class SearchData(int seed)
{
    public const int Dimensions = 200;
    private const int Vocabulary = 20_000;
    private const int Clusters = 2_000;
    private const float Noise = 0.7f;
    private readonly Random _random = new(seed);
    private readonly float[][] _centres = new float[Clusters][];

    public async Task FillAsync(string database, int messages, CancellationToken cancellationToken)
    {
        for (var i = 0; i < Clusters; i++)
            _centres[i] = Vector(null);
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { CommandTimeout = 0 });
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await ExecuteAsync(connection, """
            SET synchronous_commit = off; DROP INDEX ix_message_search_terms; ALTER TABLE message_embeddings DROP CONSTRAINT fk_message_embeddings_message;
            INSERT INTO embedding_models (id, name, dimensions, is_local, is_current, fitted_on) VALUES (1, 'benchmark', 200, true, true, 100000000);
            INSERT INTO conversations (id, lead_email, subject, status, message_count, last_message_at)
            """ + string.Create(CultureInfo.InvariantCulture, $"""
             SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'lead' || n || '@people.example', 'Subject ' || n, 'needs_reply', 5, now() FROM generate_series(0, {(messages / 5) - 1}) n
            """), cancellationToken);
        await CopyMessagesAsync(connection, messages, cancellationToken);
        await CopyVectorsAsync(connection, "COPY message_embeddings (message_id, model_id, conversation_id, embedding) FROM STDIN (FORMAT BINARY)", messages, cancellationToken);
        await CopyTermsAsync(connection, cancellationToken);
        await ExecuteAsync(connection, """
            INSERT INTO message_search (message_id, conversation_id, sent_at, length, terms)
            SELECT m.id, m.conversation_id, m.sent_at, 60, to_tsvector('english', m.content) FROM conversation_messages m;
            SET maintenance_work_mem = '1GB';
            CREATE INDEX ix_message_search_terms ON public.message_search USING gin (terms) WITH (fastupdate = off);
            CREATE INDEX ix_messages_embedding_cosine ON message_embeddings USING hnsw ((embedding::halfvec(200)) halfvec_cosine_ops) WITH (m = 16, ef_construction = 100) WHERE model_id = 1
            """, cancellationToken);
        await ExecuteAsync(connection, "VACUUM ANALYZE", cancellationToken);
    }

    /// <summary>What somebody may ask: words as common as those of messages.</summary>
    public string Question() => string.Join(' ', Enumerable.Range(0, 5).Select(_ => Word()));

    /// <summary>A vector near one of the centres, of length one.</summary>
    public float[] Vector(float[]? centre)
    {
        var vector = new float[Dimensions];
        for (var i = 0; i < Dimensions; i++)
            vector[i] = (centre?[i] ?? 0) + ((centre is null ? 1 : Noise / MathF.Sqrt(Dimensions) * 2) * (float)((_random.NextDouble() + _random.NextDouble() + _random.NextDouble()) - 1.5));
        var length = MathF.Sqrt(vector.Sum(number => number * number));
        return [.. vector.Select(number => number / length)];
    }

    public float[] NearSomeCentre() => Vector(_centres[_random.Next(Clusters)] ??= Vector(null));

    private async Task CopyMessagesAsync(NpgsqlConnection connection, int messages, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginBinaryImportAsync("COPY conversation_messages (id, conversation_id, direction, subject, content, sent_at, message_id, content_hash) FROM STDIN (FORMAT BINARY)", cancellationToken);
        copy.Timeout = TimeSpan.FromHours(1);
        for (var i = 0; i < messages; i++)
        {
            await copy.StartRowAsync(cancellationToken);
            await copy.WriteAsync(Id('m', i), NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync(Id('c', i / 5), NpgsqlDbType.Uuid, cancellationToken);
            await copy.WriteAsync("inbound", "message_direction", cancellationToken);
            await copy.WriteAsync($"Subject {i / 5}", NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(string.Join(' ', Enumerable.Range(0, 60).Select(_ => Word())), NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMinutes(i), NpgsqlDbType.TimestampTz, cancellationToken);
            await copy.WriteAsync($"{i}@x", NpgsqlDbType.Text, cancellationToken);
            await copy.WriteAsync(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i)), NpgsqlDbType.Bytea, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private async Task CopyVectorsAsync(NpgsqlConnection connection, string into, int messages, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync(into, cancellationToken);
        await BinaryCopy.HeaderAsync(copy, cancellationToken);
        for (var i = 0; i < messages; i++)
            await BinaryCopy.RowAsync(copy, cancellationToken, Id('m', i).ToByteArray(bigEndian: true), BinaryCopy.Int(1), Id('c', i / 5).ToByteArray(bigEndian: true), BinaryCopy.HalfVector(NearSomeCentre()));
        await BinaryCopy.EndAsync(copy, cancellationToken);
    }

    private async Task CopyTermsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var copy = await connection.BeginRawBinaryCopyAsync("COPY embedding_model_terms (model_id, term, weight, embedding) FROM STDIN (FORMAT BINARY)", cancellationToken);
        await BinaryCopy.HeaderAsync(copy, cancellationToken);
        for (var i = 0; i < Vocabulary; i++)
            await BinaryCopy.RowAsync(copy, cancellationToken, BinaryCopy.Int(1), System.Text.Encoding.UTF8.GetBytes($"word{i}"), BinaryCopy.Float(1 + MathF.Log(1 + i)), BinaryCopy.HalfVector(NearSomeCentre()));
        await BinaryCopy.EndAsync(copy, cancellationToken);
    }

    // The n-th word is about as common as 1/n.
    private string Word() => string.Create(CultureInfo.InvariantCulture, $"word{(int)Math.Pow(Vocabulary, _random.NextDouble())}");

    private static Guid Id(char kind, int number) => Guid.Parse(string.Create(CultureInfo.InvariantCulture, $"00000000-0000-7000-{(kind == 'c' ? "8" : "9")}000-{number:x12}"), CultureInfo.InvariantCulture);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
