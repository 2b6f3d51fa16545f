using System.Text.Json;
using System.Text.Json.Serialization;
using ConversationApi.Conversations;
using ConversationApi.Conversations.Changes;
using ConversationApi.Delivery;
using ConversationApi.Delivery.Replies;
using ConversationApi.Events;
using ConversationApi.Gmail;
using ConversationApi.Ingestion;
using ConversationApi.Ingestion.Parsing;
using ConversationApi.Keys;
using ConversationApi.Messages;
using ConversationApi.Paging;
using ConversationApi.Search;
using ConversationApi.Search.Answers;
using ConversationApi.SetAside;
using ConversationApi.Statistics;
using ConversationApi.Suggestions;
using Microsoft.AspNetCore.Mvc;

namespace ConversationApi;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true,
    Converters = [typeof(StatusConverter), typeof(DirectionConverter), typeof(DeliveryConverter), typeof(ScopeConverter), typeof(SuggestionStatusConverter), typeof(SearchModeConverter)])]
[JsonSerializable(typeof(Page<ConversationView>))]
[JsonSerializable(typeof(ConversationDetails))]
[JsonSerializable(typeof(Page<MessageView>))]
[JsonSerializable(typeof(ConversationView))]
[JsonSerializable(typeof(StartedConversation))]
[JsonSerializable(typeof(NewConversation))]
[JsonSerializable(typeof(ConversationPatch))]
[JsonSerializable(typeof(NewReply))]
[JsonSerializable(typeof(QueuedMessage))]
[JsonSerializable(typeof(Page<DeliveryView>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(BatchAnswer))]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(StatisticsView))]
[JsonSerializable(typeof(SuggestionPage))]
[JsonSerializable(typeof(List<GmailMailboxView>))]
[JsonSerializable(typeof(SuggestionView))]
[JsonSerializable(typeof(ApprovedSuggestion))]
[JsonSerializable(typeof(SuggestionWish))]
[JsonSerializable(typeof(RequestedSuggestion))]
[JsonSerializable(typeof(Approval))]
[JsonSerializable(typeof(Rejection))]
[JsonSerializable(typeof(ResetView))]
[JsonSerializable(typeof(IReadOnlyList<InboundMail>))]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(SimilarAnswer))]
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
