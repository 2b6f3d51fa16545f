using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using OperationsCatalogue;

namespace MaintenanceWorker.Operations.Http;

/// <summary>Says in the OpenAPI document what an operation takes.</summary>
internal static class OperationDocument
{
    public static Task DescribeAsync(OpenApiOperation document, Operation operation)
    {
        if (operation.IsAnsweredAtOnce)
            document.Parameters = [.. operation.Arguments.Select(argument => new OpenApiParameter
            {
                Name = argument.Name, In = ParameterLocation.Query, Required = argument.IsRequired, Description = argument.Description, Schema = Schema(argument),
            })];
        else
            document.RequestBody = new OpenApiRequestBody { Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = Body(operation) } } };
        return Task.CompletedTask;
    }

    private static OpenApiSchema Body(Operation operation) => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["arguments"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = operation.Arguments.ToDictionary(argument => argument.Name, argument => (IOpenApiSchema)Schema(argument)),
                Required = operation.Arguments.Where(argument => argument.IsRequired).Select(argument => argument.Name).ToHashSet(),
                AdditionalPropertiesAllowed = false,
            },
            ["dryRun"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = operation.SupportsDryRun ? "Only say what would be done." : "This operation has no dry run." },
        },
    };

    private static OpenApiSchema Schema(OperationArgument argument) => new()
    {
        Type = JsonSchemaType.String,
        Description = argument.Description,
        Default = argument.Default is null ? null : JsonValue.Create(argument.Default),
        Enum = argument.Choices.Count == 0 ? null : [.. argument.Choices.Select(choice => JsonValue.Create(choice))],
    };
}
