namespace ConversationApi.Search.Questions;

/// <summary>A word of a question.</summary>
/// <param name="Term">Its stem.</param>
/// <param name="Count">How often the question has it.</param>
/// <param name="Documents">In how many messages it occurs, about; 0 when that is not known.</param>
internal sealed record QuestionTerm(string Term, int Count, long Documents);
