using ConversationData.Connections;

namespace ConversationApi.Gmail;

/// <summary>Reads how far mailboxes are read.</summary>
internal sealed class GmailReader(ConversationDataSource data)
{
    /// <summary>All of them, by address.</summary>
    public async Task<List<GmailMailboxView>> ListAsync(CancellationToken cancellationToken)
    {
        await using var command = data.Primary.CreateCommand(GmailSql.List);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        DateTime? Time(int column) => row.IsDBNull(column) ? null : row.GetDateTime(column);
        var mailboxes = new List<GmailMailboxView>();
        while (await row.ReadAsync(cancellationToken))
            mailboxes.Add(new(row.GetString(0), row.IsDBNull(1) ? null : row.GetInt64(1), Time(2), row.GetBoolean(3), row.GetInt32(4), Time(5),
                row.IsDBNull(6) ? null : row.GetString(6), Time(7), row.GetBoolean(8)));
        return mailboxes;
    }
}
