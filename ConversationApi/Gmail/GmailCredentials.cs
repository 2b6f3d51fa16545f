using System.Text.Json;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Auth.OAuth2.Flows;
using Google.Apis.Auth.OAuth2.Responses;
using Microsoft.Extensions.Options;

namespace ConversationApi.Gmail;

/// <summary>Gives access tokens, by Google's own library: for a service account that acts for the mailbox, or for a user who agreed.</summary>
internal sealed class GmailCredentials
{
    private const string Tokens = "https://oauth2.googleapis.com/token";
    private readonly ITokenAccess _access;
    private readonly Func<CancellationToken, Task<bool>> _renew;

    /// <exception cref="OptionsValidationException">The file is missing or is something else.</exception>
    public GmailCredentials(IOptions<GmailOptions> options)
    {
        var gmail = options.Value;
        var json = Read(gmail.CredentialsPath!);
        string Wanted(string name) => json.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : throw Wrong($"the file of Gmail:CredentialsPath has no '{name}'");
        var endpoint = gmail.TokenEndpoint?.ToString() ?? (json.TryGetProperty("token_uri", out var uri) ? uri.GetString() : null) ?? Tokens;
        switch (json.TryGetProperty("type", out var type) ? type.GetString() : null)
        {
            case "service_account":
                if (gmail.Mailbox is null)
                    throw Wrong("a service account needs Gmail:Mailbox, the address that it acts for");
                var account = new ServiceAccountCredential(new ServiceAccountCredential.Initializer(Wanted("client_email"), endpoint)
                {
                    User = gmail.Mailbox, Scopes = [GmailOptions.Scope], KeyId = json.TryGetProperty("private_key_id", out var key) ? key.GetString() : null,
                }.FromPrivateKey(Wanted("private_key")));
                (_access, _renew) = (account, account.RequestAccessTokenAsync);
                break;
            case "authorized_user":
                var flow = new AuthorizationCodeFlow(new AuthorizationCodeFlow.Initializer("https://accounts.google.com/o/oauth2/v2/auth", endpoint)
                {
                    ClientSecrets = new() { ClientId = Wanted("client_id"), ClientSecret = Wanted("client_secret") }, Scopes = [GmailOptions.Scope],
                });
                var user = new UserCredential(flow, gmail.Mailbox ?? "me", new TokenResponse { RefreshToken = Wanted("refresh_token") });
                (_access, _renew) = (user, user.RefreshTokenAsync);
                break;
            default:
                throw Wrong("the file of Gmail:CredentialsPath is neither of a service account nor of an authorised user: its 'type' must be service_account or authorized_user");
        }
    }

    /// <summary>A token that is good for some time still.</summary>
    public Task<string> TokenAsync(CancellationToken cancellationToken) => _access.GetAccessTokenForRequestAsync(cancellationToken: cancellationToken);

    /// <summary>Gets a new token, since the last one was refused.</summary>
    public Task<bool> RenewAsync(CancellationToken cancellationToken) => _renew(cancellationToken);

    private static JsonElement Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(path), ApiJson.Default.JsonElement) is { ValueKind: JsonValueKind.Object } json
                ? json : throw Wrong("the file of Gmail:CredentialsPath is no JSON object");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Wrong($"the file of Gmail:CredentialsPath cannot be read ({e.GetType().Name})");
        }
        catch (JsonException)
        {
            throw Wrong("the file of Gmail:CredentialsPath is no JSON");
        }
    }

    private static OptionsValidationException Wrong(string message) => new(GmailOptions.Section, typeof(GmailOptions), [$"Gmail: {message}."]);
}
