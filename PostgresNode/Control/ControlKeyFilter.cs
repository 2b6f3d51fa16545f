using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using PostgresNode.Configuration;

namespace PostgresNode.Control;

/// <summary>Lets in who has the control key as a bearer token.</summary>
internal sealed class ControlKeyFilter(IOptions<PostgresNodeOptions> options) : IEndpointFilter
{
    private const string Scheme = "Bearer ";
    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes(options.Value.ControlKey));

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var header = context.HttpContext.Request.Headers.Authorization.ToString();
        // Hashes have one length, so the comparison's time tells nothing.
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(header[Scheme.Length..].Trim())), _key))
            return await next(context);
        context.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults.Problem("The control key is needed as a bearer token.", statusCode: StatusCodes.Status401Unauthorized);
    }
}
