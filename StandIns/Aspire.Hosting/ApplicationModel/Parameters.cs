using System.Security.Cryptography;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

public abstract class ParameterDefault
{
    public abstract string GetDefaultValue();
    public abstract void WriteToManifest(ManifestPublishingContext context);
}

public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerLetters = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperLetters = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string SpecialCharacters = "-_.{}~()*+!";

    public int MinLength { get; set; } = 22;
    public bool Lower { get; set; } = true;
    public bool Upper { get; set; } = true;
    public bool Numeric { get; set; } = true;
    public bool Special { get; set; } = true;
    public int MinLower { get; set; }
    public int MinUpper { get; set; }
    public int MinNumeric { get; set; }
    public int MinSpecial { get; set; }

    public override string GetDefaultValue()
    {
        var all = "";
        var value = "";
        foreach (var (wanted, least, characters) in new[] { (Lower, MinLower, LowerLetters), (Upper, MinUpper, UpperLetters), (Numeric, MinNumeric, Digits), (Special, MinSpecial, SpecialCharacters) })
        {
            if (!wanted)
            {
                continue;
            }

            all += characters;
            value += RandomNumberGenerator.GetString(characters, least);
        }

        value += RandomNumberGenerator.GetString(all, Math.Max(0, MinLength - value.Length));
        var shuffled = value.ToCharArray();
        RandomNumberGenerator.Shuffle(shuffled.AsSpan());
        return new string(shuffled);
    }

    public override void WriteToManifest(ManifestPublishingContext context)
    {
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);
        WriteWhenOff(nameof(Lower), Lower);
        WriteWhenOff(nameof(Upper), Upper);
        WriteWhenOff(nameof(Numeric), Numeric);
        WriteWhenOff(nameof(Special), Special);
        WriteWhenSet(nameof(MinLower), MinLower);
        WriteWhenSet(nameof(MinUpper), MinUpper);
        WriteWhenSet(nameof(MinNumeric), MinNumeric);
        WriteWhenSet(nameof(MinSpecial), MinSpecial);
        writer.WriteEndObject();

        void WriteWhenOff(string name, bool on)
        {
            if (!on)
            {
                writer.WriteBoolean(Camel(name), on);
            }
        }

        void WriteWhenSet(string name, int least)
        {
            if (least > 0)
            {
                writer.WriteNumber(Camel(name), least);
            }
        }

        static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
    }
}

public class ParameterResource(string name, Func<ParameterDefault?, string> callback, bool secret = false) : Resource(name), IExpressionValue
{
    private string? _resolved;

    public string Value => _resolved ??= callback(Default);
    public ParameterDefault? Default { get; set; }
    public bool Secret { get; } = secret;
    public bool IsConnectionString { get; set; }
    public string ValueExpression => $"{{{Name}.{(IsConnectionString ? "connectionString" : "value")}}}";
    public string? Description { get; set; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => new(Value);
}
