using System.Text.Json.Serialization;

namespace ConversationApi.Ingestion.Parsing;

[JsonSourceGenerationOptions(Converters = [typeof(LenientStringConverter)], NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(InboundMail))]
internal sealed partial class InboundMailJson : JsonSerializerContext;
