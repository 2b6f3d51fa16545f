using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>
/// What only history knows: rows that are gone, and leads that a conversation had before. Versions of messages that are still there are found
/// by those. PostgreSQL builds no index of a partitioned table concurrently: changes of rows wait while it looks at the month that is kept.
/// </summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122170300_IndexHistoryAddresses")]
[Description("Index row history by the addresses that it names")]
internal sealed class IndexHistoryAddresses : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        CREATE INDEX ix_row_versions_addresses ON history.row_versions USING gin (ops.row_addresses(old_row)) WHERE operation = 'DELETE' OR table_name = 'conversations'
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP INDEX history.ix_row_versions_addresses");
}
