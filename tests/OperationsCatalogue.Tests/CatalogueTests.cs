namespace OperationsCatalogue.Tests;

public class CatalogueTests
{
    private static readonly Operation _sound = new("restart-node", "Restart a node", "Troubleshooting", OperationEffect.Changes, OperationScope.Admin) { Examples = ["restart-node"] };

    [Fact]
    public void The_catalogue_is_without_mistakes_and_finds_by_name()
    {
        Assert.Empty(CatalogueValidation.Errors(Catalogue.Operations));
        Assert.Equal("vacuum-analyze", Catalogue.Find("vacuum-analyze")?.Name);
        Assert.Null(Catalogue.Find("Vacuum-Analyze"));
    }

    [Fact]
    public void A_name_declared_twice_is_a_mistake()
        => Assert.Contains("2 times", Assert.Single(CatalogueValidation.Errors([_sound, _sound])), StringComparison.Ordinal);

    [Theory]
    [InlineData("RestartNode")]
    [InlineData("restart_node")]
    [InlineData("restart-")]
    [InlineData("")]
    [InlineData("9-lives")]
    public void A_name_that_is_not_in_kebab_case_is_a_mistake(string name)
    {
        Assert.Contains("kebab-case", Assert.Single(CatalogueValidation.Errors([_sound with { Name = name, Examples = [name] }])), StringComparison.Ordinal);
        Assert.Contains("kebab-case", Assert.Single(Errors(new OperationArgument(name, ArgumentType.Text, "Which node"))), StringComparison.Ordinal);
    }

    public static TheoryData<Operation> WrongOperations =>
    [
        _sound with { Summary = "Restart a node." },
        _sound with { GuideSection = " " },
        _sound with { Scope = OperationScope.Read },
        _sound with { Effect = OperationEffect.Reads, SupportsDryRun = true },
        _sound with { Effect = OperationEffect.Reads, ConfirmationMessage = "Sure?" },
        _sound with { IsExclusive = true },
        _sound with { IsLong = true, SecretResults = ["key"] },
        _sound with { IsLong = true, Arguments = [new("password", ArgumentType.Text, "Which password") { IsSecret = true }] },
        _sound with { IsLong = true, WorksWithoutDatabase = true },
        _sound with { Examples = [] },
        _sound with { Examples = ["restart"] },
    ];

    [Theory]
    [MemberData(nameof(WrongOperations))]
    public void A_contradiction_in_an_operation_is_a_mistake(Operation wrong)
        => Assert.Single(CatalogueValidation.Errors([wrong]));

    public static TheoryData<OperationArgument> WrongArguments =>
    [
        new("node", ArgumentType.Text, "Which node") { IsRequired = true, Default = "postgres-1" },
        new("node", ArgumentType.Choice, "Which node"),
        new("node", ArgumentType.Text, "Which node") { Choices = ["postgres-1"] },
        new("node", ArgumentType.Text, "Which node") { Minimum = 1 },
        new("keep", ArgumentType.Number, "How many") { Minimum = 1, Default = "0" },
        new("node", ArgumentType.Text, ""),
    ];

    [Theory]
    [MemberData(nameof(WrongArguments))]
    public void A_contradiction_in_an_argument_is_a_mistake(OperationArgument wrong) => Assert.Single(Errors(wrong));

    private static IReadOnlyList<string> Errors(OperationArgument argument) => CatalogueValidation.Errors([_sound with { Arguments = [argument] }]);
}
