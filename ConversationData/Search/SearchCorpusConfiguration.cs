using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ConversationData.Search;

internal sealed class SearchCorpusConfiguration : IEntityTypeConfiguration<SearchCorpus>
{
    public void Configure(EntityTypeBuilder<SearchCorpus> builder)
    {
        builder.ToTable("search_corpus", table => table.HasCheckConstraint("ck_search_corpus_only", "id = 1"));
        builder.HasKey(c => c.Id).HasName("pk_search_corpus");
    }
}
