using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PostgresNode.Roles;

/// <summary>
/// What PostgreSQL stores in place of a password (RFC 5802, 7677): <c>SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey</c>.
/// Computed here, since a password in a statement ends in the server's log.
/// </summary>
internal static class ScramVerifier
{
    private const string Mechanism = "SCRAM-SHA-256";
    private const int Iterations = 4096;
    private const int SaltLength = 16;

    /// <summary>A verifier with a fresh salt.</summary>
    public static string Create(string password) => Compute(password, RandomNumberGenerator.GetBytes(SaltLength), Iterations);

    /// <summary>Whether a stored verifier is one of this password; false for any other kind of entry.</summary>
    public static bool Matches(string? stored, string password)
    {
        if (stored?.Split('$') is not [Mechanism, var parameters, _] || parameters.Split(':') is not [var iterations, var salt]
            || !int.TryParse(iterations, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count < 1)
            return false;
        Span<byte> bytes = stackalloc byte[256];
        return Convert.TryFromBase64String(salt, bytes, out var length)
            && CryptographicOperations.FixedTimeEquals(
                Encoding.ASCII.GetBytes(stored), Encoding.ASCII.GetBytes(Compute(password, bytes[..length].ToArray(), count)));
    }

    private static string Compute(string password, byte[] salt, int iterations)
    {
        var salted = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, 32);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Mechanism}${iterations}:{Convert.ToBase64String(salt)}${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}");
    }
}
