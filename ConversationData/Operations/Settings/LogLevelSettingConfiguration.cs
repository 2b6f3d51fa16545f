using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Operations.Settings;

internal sealed class LogLevelSettingConfiguration : IEntityTypeConfiguration<LogLevelSetting>
{
    public void Configure(EntityTypeBuilder<LogLevelSetting> builder)
    {
        builder.ToTable("log_levels", "ops", table => table.HasCheckConstraint("ck_log_levels_level",
            "level IN ('Trace', 'Debug', 'Information', 'Warning', 'Error', 'Critical', 'None')"));
        builder.HasKey(l => new { l.Service, l.Category }).HasName("pk_log_levels");
    }
}
