using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Search;

internal sealed class SearchTermConfiguration : IEntityTypeConfiguration<SearchTerm>
{
    public void Configure(EntityTypeBuilder<SearchTerm> builder)
    {
        builder.ToTable("search_terms", table => table.HasCheckConstraint("ck_search_terms_documents", "documents > 0"));
        builder.HasKey(t => t.Term).HasName("pk_search_terms");
    }
}
