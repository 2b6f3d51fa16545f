using System.Net;
using System.Text;
using System.Text.Json;
using ConversationApi.Tests.Delivery;
using MailForTests;
using Npgsql;
using PostgresForTests;

namespace ConversationApi.Tests.Leads;

public sealed class ExportTests(PostgresFixture postgres) : LeadTests(postgres), IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_export_has_everything_of_the_lead_and_nothing_of_others()
    {
        await using var api = await FillAsync();
        var export = await api.Client.GetJsonAsync($"{Path.Replace("lead", "LEAD", StringComparison.Ordinal).Replace("/LEADs/", "/leads/", StringComparison.Ordinal)}/export");
        int Size(string part) => export.GetProperty(part).GetArrayLength();
        Assert.Equal((Lead, 2, 4, 1, 1, 1), (export.GetProperty("email").GetString(), Size("conversations"), Size("messages"), Size("suggestions"), Size("messagesElsewhere"), Size("setAside")));
        Assert.True(Size("references") > 0 && Size("events") > 0 && Size("history") > 0);
        Assert.Contains(Lead, Encoding.UTF8.GetString(export.GetProperty("setAside")[0].GetProperty("body").GetBytesFromBase64()), StringComparison.Ordinal);
        Assert.DoesNotContain("what the other wrote", export.GetRawText(), StringComparison.Ordinal);

        await EraseAsync(api);
        var empty = await api.Client.GetJsonAsync($"{Path}/export");
        Assert.All(empty.EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Array), part => Assert.Equal(0, part.Value.GetArrayLength()));
    }

    [Fact]
    public async Task An_export_has_mail_that_names_the_lead_only_in_its_headers_and_answers_that_are_kept()
    {
        await using var api = await ApiServer.StartAsync(Postgres.Server);
        await api.Client.PostLinesAsync(
        [
            MailJson.Of("copied@x", from: "other@people.example", headers: ("Cc", $"Lead <{Lead.ToUpperInvariant()}>")),
            MailJson.Of("likewise@x", from: "other@people.example", headers: ("Cc", $"x{Lead}, {Lead}.example")),
        ]);
        await api.Client.PostAsync("/api/v1/conversations", new { lead = new { email = Lead }, subject = "s", content = "c" }, HttpStatusCode.Created, "kept");
        await api.Client.PostAsync("/api/v1/conversations", new { lead = new { email = "other@people.example" }, subject = "s", content = $"ask {Lead}" }, HttpStatusCode.Created, "names");
        await api.Client.PostAsync("/api/v1/conversations", new { lead = new { email = "other@people.example" }, subject = "s", content = "c" }, HttpStatusCode.Created, "others");
        var export = await api.Client.GetJsonAsync($"{Path}/export");
        Assert.Equal("copied@x", Assert.Single(export.GetProperty("messagesElsewhere").EnumerateArray()).GetProperty("messageId").GetString());
        Assert.Equal(["kept", "names"], export.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("key").GetString()));
        Assert.Equal(Lead, export.GetProperty("answers")[0].GetProperty("response").GetProperty("leadEmail").GetString());
        Assert.Contains(".eml", export.GetProperty("notIncluded").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_export_names_fields_as_the_api_does_and_times_are_in_UTC_wherever_the_server_is()
    {
        var database = await MigratedDatabase.CreateAsync(Postgres.Server);
        await using (var source = NpgsqlDataSource.Create(database))
        await using (var command = source.CreateCommand($"ALTER DATABASE \"{new NpgsqlConnectionStringBuilder(database).Database}\" SET timezone TO 'Asia/Tokyo'"))
            await command.ExecuteNonQueryAsync();
        await using var api = ApiServer.Start(database);
        await api.Client.PostLinesAsync([MailJson.Of("one@x", from: Lead, headers: ("X-Some_name", "kept_as_it_is"))]);
        await ExecuteAsync(api, "UPDATE conversations SET lead_name = 'x'");
        var export = await api.Client.GetJsonAsync($"{Path}/export");
        Assert.Equal("Asia/Tokyo", await api.ScalarAsync<string>("SHOW timezone"));
        Assert.Equal("2024-01-01T10:00:00+00:00", export.GetProperty("messages")[0].GetProperty("sentAt").GetString());
        Assert.Equal("2024-01-01T10:00:00+00:00", export.GetProperty("conversations")[0].GetProperty("lastMessageAt").GetString());
        var version = export.GetProperty("history")[0];
        Assert.Equal(("Somebody", "conversations"), (version.GetProperty("oldRow").GetProperty("leadName").GetString(), version.GetProperty("tableName").GetString()));
        Assert.EndsWith("+00:00", version.GetProperty("oldRow").GetProperty("createdAt").GetString(), StringComparison.Ordinal);
        Assert.EndsWith("+00:00", version.GetProperty("recordedAt").GetString(), StringComparison.Ordinal);
        Assert.Contains("X-Some_name", export.GetProperty("messages")[0].GetProperty("headers").GetRawText(), StringComparison.Ordinal);
        foreach (var part in export.EnumerateObject().Where(part => part.Value.ValueKind == JsonValueKind.Array))
            Assert.All(part.Value.EnumerateArray().SelectMany(row => row.EnumerateObject()), field => Assert.DoesNotContain('_', field.Name));
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("%20@x")]
    [InlineData("x@")]
    public async Task What_is_no_address_is_refused(string email)
    {
        await using var api = await ApiServer.StartAsync(Postgres.Server);
        await api.Client.GetJsonAsync($"/api/v1/leads/{email}/export", HttpStatusCode.BadRequest);
        using var response = await api.Client.DeleteAsync($"/api/v1/leads/{email}");
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }
}
