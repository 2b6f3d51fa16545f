using Microsoft.EntityFrameworkCore;

namespace StandIns.Tests.EntityFramework;

public sealed class PlainContext(DbContextOptions<PlainContext> options) : DbContext(options);
