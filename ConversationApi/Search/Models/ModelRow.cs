namespace ConversationApi.Search.Models;

/// <summary>A model as the database knows it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Name and version.</param>
/// <param name="Dimensions">Length of its vectors.</param>
/// <param name="IsLocal">Fitted here.</param>
/// <param name="IsCurrent">Search uses it.</param>
/// <param name="FittedOn">How many messages there were then.</param>
internal sealed record ModelRow(int Id, string Name, int Dimensions, bool IsLocal, bool IsCurrent, long FittedOn);
