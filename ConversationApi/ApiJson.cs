using System.Text.Json.Serialization;
using ConversationApi.Conversations;
using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.Keys;
using ConversationApi.Messages;
using ConversationApi.Paging;
using ConversationApi.SetAside;
using Microsoft.AspNetCore.Mvc;

namespace ConversationApi;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true,
    Converters = [typeof(StatusConverter), typeof(DirectionConverter), typeof(DeliveryConverter), typeof(ScopeConverter)])]
[JsonSerializable(typeof(Page<ConversationView>))]
[JsonSerializable(typeof(ConversationDetails))]
[JsonSerializable(typeof(Page<MessageView>))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(IReadOnlyList<InboundMail>))]
[JsonSerializable(typeof(InboundMail))]
[JsonSerializable(typeof(InboundAnswer))]
[JsonSerializable(typeof(Page<SetAsideView>))]
[JsonSerializable(typeof(SetAsideDetails))]
[JsonSerializable(typeof(NewApiKey))]
[JsonSerializable(typeof(CreatedApiKey))]
[JsonSerializable(typeof(List<ApiKeyView>))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(System.Text.Json.JsonElement))]
[JsonSerializable(typeof(Dictionary<string, long>))]
[JsonSerializable(typeof(string))]
[JsonSerializable(typeof(Guid))]
internal sealed partial class ApiJson : JsonSerializerContext;
