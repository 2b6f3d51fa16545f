using System.ComponentModel;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace ConversationData.Migrations;

/// <summary>Least privilege for every role, and default privileges, so that tables of later migrations need no grant of their own.</summary>
[DbContext(typeof(ConversationDbContext))]
[Migration("20261122090400_GrantPrivileges")]
[Description("Grant privileges to the roles")]
internal sealed class GrantPrivileges : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        -- Whatever a server grants by default, these schemas are not for everybody.
        REVOKE ALL ON ALL TABLES IN SCHEMA ops, history FROM app_user, analytics_reader;
        REVOKE ALL ON ALL SEQUENCES IN SCHEMA ops, history FROM app_user, analytics_reader;
        REVOKE ALL ON SCHEMA ops, history FROM analytics_reader;
        REVOKE ALL ON SCHEMA history FROM app_user;

        GRANT USAGE ON SCHEMA ops TO app_user, maintenance;
        GRANT USAGE ON SCHEMA history TO maintenance;

        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app_user;
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO app_user;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO maintenance, analytics_reader;
        GRANT SELECT ON ALL TABLES IN SCHEMA history TO maintenance;
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ops TO maintenance;
        GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ops TO maintenance;
        REVOKE INSERT, UPDATE, DELETE ON ops."__EFMigrationsHistory" FROM maintenance;
        GRANT SELECT ON ops."__EFMigrationsHistory" TO app_user;
        GRANT SELECT, INSERT, UPDATE ON ops.api_keys TO app_user;

        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO app_user;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO app_user;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public GRANT SELECT ON TABLES TO maintenance, analytics_reader;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA history GRANT SELECT ON TABLES TO maintenance;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA ops GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO maintenance;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA ops GRANT USAGE, SELECT ON SEQUENCES TO maintenance;
        """);

    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("""
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA ops REVOKE USAGE, SELECT ON SEQUENCES FROM maintenance;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA ops REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM maintenance;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA history REVOKE SELECT ON TABLES FROM maintenance;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public REVOKE SELECT ON TABLES FROM maintenance, analytics_reader;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public REVOKE USAGE, SELECT ON SEQUENCES FROM app_user;
        ALTER DEFAULT PRIVILEGES FOR ROLE conversation_owner IN SCHEMA public REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLES FROM app_user;

        REVOKE ALL ON ALL TABLES IN SCHEMA public, ops, history FROM app_user, maintenance, analytics_reader;
        REVOKE ALL ON ALL SEQUENCES IN SCHEMA public, ops, history FROM app_user, maintenance, analytics_reader;
        REVOKE ALL ON SCHEMA ops, history FROM app_user, maintenance;
        """);
}
