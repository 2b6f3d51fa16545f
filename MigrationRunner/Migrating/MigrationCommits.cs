using System.Data.Common;
using ConversationData.Connections;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MigrationRunner.Migrating;

/// <summary>Lets EF Core commit as everything else here does, and remembers when that is in doubt.</summary>
internal sealed class MigrationCommits(IOptions<MigrationOptions> options) : DbTransactionInterceptor
{
    private volatile string? _doubt;

    /// <summary>Why it is not known whether what was done stays; null while it is.</summary>
    public string? Doubt => _doubt is { } doubt ? $"It is not known whether the last change stays: {doubt} A failover may take it back. See that the standby is there, then look with 'current' and run it again." : null;

    /// <summary>Hears when the server gives up waiting for its standby, in a transaction or without.</summary>
    public void Watch(NpgsqlConnection connection) => connection.Notice += (_, e) =>
    {
        if (e.Notice.IsOfUnsafeCommit())
            _doubt = $"The server committed without its standby ({e.Notice.MessageText}).";
    };

    /// <inheritdoc />
    public override async ValueTask<InterceptionResult> TransactionCommittingAsync(
        DbTransaction transaction, TransactionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await CommitAsync((NpgsqlTransaction)transaction, cancellationToken);
        return InterceptionResult.Suppress();
    }

    /// <summary>Commits by the rule.</summary>
    /// <param name="transaction">Left to its commit where that is in doubt.</param>
    /// <param name="stopWaiting">Ends the waiting, not the commit.</param>
    /// <exception cref="CommitInDoubtException">The outcome is not known; <see cref="Doubt"/> says so from then on.</exception>
    public async Task CommitAsync(NpgsqlTransaction transaction, CancellationToken stopWaiting)
    {
        try
        {
            await transaction.CommitOrDoubtAsync(0.9 * options.Value.StatementTimeout, stopWaiting);
        }
        catch (CommitInDoubtException e)
        {
            _doubt ??= e.Message;
            throw;
        }
    }
}
