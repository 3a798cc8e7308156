// Somebody with a provisioning token, or without one, tries for what is not theirs.
#include <algorithm>
#include <thread>
#include <vector>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "scim_client.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;

namespace {

void two_tenants(Settings& settings) {
    provision(settings, "elders", ",roles=user,helpdeskAgent");
    provision(settings, "bureau");
}

ScimClient holder(TestServer& server, const std::string& tenant) {
    return {server, provisioning_token(tenant)};
}

}  // namespace

TEST_CASE("a provisioning token opens SCIM alone, and nothing else opens SCIM") {
    TestServer server{two_tenants};
    With with;
    with.bearer = provisioning_token("elders");
    for (const std::string path : {"/api/v1/me", "/api/v1/admin/users", "/metrics",
                                   "/api/v1/support-access/grants", "/api/v1/events"}) {
        INFO(path);
        CHECK(server.request("GET", path, with).status == 401);
    }
    with.body = R"({"userId":"ada"})";
    CHECK(server.request("POST", "/api/v1/session", with).status == 401);

    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto signed_in = server.post("/demo/sign-in", R"({"userId":"ada"})");
    const auto cookie = signed_in.headers.at("set-cookie");
    const auto good = provisioning_token("elders");
    const std::string wrong[] = {server.bearer("ada"),
                                 server.bearer("edge", R"(,"roles":["service"])"),
                                 started.text("delegatedToken"),
                                 hex_sha256(good),
                                 good + "x",
                                 good.substr(0, good.size() - 1),
                                 "short",
                                 std::string(600, 'x'),
                                 good + ", Bearer " + good};
    for (const auto& token : wrong) {
        INFO(token);
        const auto refused = ScimClient{server, token}.ask("GET", users_url);
        CHECK(refused.status == 401);
        CHECK(refused.headers.at("content-type") == "application/scim+json");
        CHECK(refused.headers.at("www-authenticate") == "Bearer");
        CHECK(refused.text("status") == "401");
    }
    With by_cookie;
    by_cookie.cookie = cookie.substr(17, cookie.find(';') - 17);
    by_cookie.headers["Sec-Fetch-Site"] = "same-origin";
    CHECK(server.request("GET", users_url, by_cookie).status == 401);
    CHECK(server.request("DELETE", users_url + "/piet", by_cookie).status == 401);
    With basic;
    basic.headers["Authorization"] = "Basic " + good;
    CHECK(server.request("GET", users_url, basic).status == 401);
}

TEST_CASE(
    "without provisioning in the settings nobody is let in, and guesses use up the allowance") {
    TestServer server{[](Settings& settings) {
        settings.credential_burst = 3;
        settings.credentials_per_second = 0.01;
    }};
    const auto scim = holder(server, "elders");
    for (int i = 0; i < 3; ++i) CHECK(scim.ask("GET", users_url).status == 401);
    const auto limited = scim.ask("GET", users_url);
    CHECK(limited.status == 429);
    CHECK(limited.headers.count("retry-after") == 1);
    CHECK(limited.headers.at("content-type") == "application/scim+json");
    CHECK(server.get("/api/v1/me", "piet").status == 200);
}

TEST_CASE("users of other tenants can be neither seen nor touched nor taken over") {
    TestServer server{two_tenants};
    const auto elders = holder(server, "elders");
    const auto bureau = holder(server, "bureau");
    REQUIRE(elders.create("nora@elders.nl", R"(,"externalId":"shared")").status == 201);
    const auto users = server.number("SELECT COUNT(*) FROM users");
    const auto entries = server.number("SELECT COUNT(*) FROM record");
    const auto missing = bureau.get("nobody-at-all");
    for (const std::string id :
         {"nora%40elders.nl", "otto", "piet", "ada", "..%2Fotto", "%25", "%FF", "%C3%28"}) {
        INFO(id);
        // What is no text is no id: it does not even lead to where users are looked for.
        const bool is_text = id != "%FF" && id != "%C3%28";
        CHECK((bureau.get(id).body == missing.body) == is_text);
        CHECK(bureau.get(id).status == 404);
        CHECK(bureau.activate(id, false).status == 404);
        CHECK(bureau.ask("DELETE", users_url + "/" + id).status == 404);
        CHECK(bureau
                  .ask("PUT", users_url + "/" + id,
                       R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
                       R"("userName":"nora@elders.nl","active":false})")
                  .status == 404);
    }
    for (const std::string filter :
         {"userName%20eq%20%22nora@elders.nl%22", "externalId%20eq%20%22shared%22",
          "id%20eq%20%22otto%22", "id%20eq%20%22%25%22", "id%20eq%20%22x'%20OR%20'1'%3D'1%22"}) {
        CHECK(bureau.ask("GET", users_url + "?filter=" + filter).text("totalResults") == "0");
    }
    // Theirs alone, or shared with others: both are simply taken.
    const std::string mail = R"(,"emails":[{"value":"x@bureau.nl"}])";
    const auto foreign = bureau.create("otto", mail);
    CHECK(foreign.status == 409);
    CHECK(bureau.create("piet", mail).body == foreign.body);
    CHECK(bureau.create("ada", mail).body == foreign.body);
    CHECK(bureau.create("nora@elders.nl", mail).body == foreign.body);
    CHECK(bureau.create("provisioning:elders", mail).status == 400);
    CHECK(server.number("SELECT COUNT(*) FROM users") == users);
    CHECK(server.number("SELECT COUNT(*) FROM record") == entries);
    // The same externalId is each tenant's own.
    CHECK(bureau.create("nora@bureau.nl", R"(,"externalId":"shared")").status == 201);
}

TEST_CASE("a provider gives the roles it was given, takes no others, and makes nobody serve all") {
    TestServer server{two_tenants};
    const auto elders = holder(server, "elders");
    const auto bureau = holder(server, "bureau");
    CHECK(elders.create("boss@elders.nl", R"(,"roles":[{"value":"helpdeskAdmin"}])").status == 403);
    CHECK(bureau.create("agent@bureau.nl", R"(,"roles":["helpdeskAgent"])").status == 403);
    CHECK(server.number("SELECT COUNT(*) FROM users WHERE id LIKE '%@%.nl'") == 0);
    REQUIRE(elders.create("nora@elders.nl").status == 201);
    const auto id = std::string{"nora%40elders.nl"};
    for (
        const std::string escalation :
        {R"({"op":"add","path":"roles","value":[{"value":"helpdeskAdmin"}]})",
         R"({"op":"replace","value":{"roles":["user","helpdeskAdmin"]}})",
         R"({"op":"Add","path":"roles[primary eq \"True\"].value","value":"helpdeskAdmin"})",
         R"({"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User:roles","value":"helpdeskAdmin"})"}) {
        INFO(escalation);
        const auto refused = elders.patch(id, escalation);
        CHECK(refused.status == 403);
        CHECK(refused.text("schemas").find("api:messages:2.0:Error") != std::string::npos);
    }
    CHECK(elders.patch(id, R"({"op":"add","path":"roles","value":"helpdeskAdmin user"})").status ==
          400);
    CHECK(elders.patch(id, R"({"op":"replace","value":{"roles":["helpdeskAgent"]}})").status ==
          200);
    CHECK(server.get("/api/v1/me", "nora@elders.nl").text("roles") == R"(["helpdeskAgent"])");
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'user_role_changed' AND"
                        " actor_id = 'provisioning:elders' AND metadata LIKE '%helpdeskAgent%'") ==
          1);

    // Whom somebody else made an admin is not demoted, and not brought back, by the provider.
    server.server().application().store().write_now([](Transaction& each) {
        each.store().execute(
            "UPDATE users SET roles = 'helpdeskAdmin' WHERE id IN ('nora@elders.nl', 'otto')");
    });
    CHECK(elders.patch(id, R"({"op":"replace","value":{"roles":["user"]}})").status == 403);
    CHECK(elders.patch(id, R"({"op":"replace","path":"displayName","value":"N"})").status == 200);
    CHECK(elders.create("otto", R"(,"emails":[{"value":"o@elders.nl"}])").status == 409);
    CHECK(elders.ask("DELETE", users_url + "/" + id).status == 204);
    CHECK(elders.create("nora@elders.nl").status == 409);
    CHECK(server.get("/api/v1/me", "nora@elders.nl").status == 403);
    CHECK(server.number("SELECT COUNT(*) FROM users WHERE all_tenants = 1") == 0);
}

TEST_CASE("ids end as the settings say, and many values and requests at once do no harm") {
    TestServer server{[](Settings& settings) {
        provision(settings, "elders", ",suffix=@elders.nl");
        provision(settings, "bureau");
    }};
    const auto scim = holder(server, "elders");
    CHECK(scim.create("edge", R"(,"emails":[{"value":"x@elders.nl"}])").status == 400);
    CHECK(scim.create("nora@elders.nl.evil.example").status == 400);
    // No path leads to these: who writes one walks up instead.
    const ScimClient bureau{server, provisioning_token("bureau")};
    const std::string mail = R"(,"emails":[{"value":"x@bureau.nl"}])";
    for (const std::string id : {".", ".."}) CHECK(bureau.create(id, mail).status == 400);
    std::string many = R"({"value":"x@elders.nl"})";
    for (int i = 0; i < 200; ++i) many += R"(,{"value":"x@elders.nl"})";
    CHECK(scim.create("nora@elders.nl", R"(,"emails":[)" + many + "]").status == 400);
    CHECK(scim.create("nora@elders.nl", R"(,"roles":[)" + many + "]").status == 400);
    std::string deep(60, '[');
    deep += std::string(60, ']');
    CHECK(scim.create("nora@elders.nl", R"(,"emails":)" + deep).status == 400);

    // Of several at once that want one name, one gets it.
    std::vector<int> answers(8);
    {
        std::vector<std::thread> threads;
        for (auto& answer : answers) {
            threads.emplace_back([&] { answer = scim.create("nora@elders.nl").status; });
        }
        for (auto& thread : threads) thread.join();
    }
    CHECK(std::count(answers.begin(), answers.end(), 201) == 1);
    CHECK(std::count(answers.begin(), answers.end(), 409) == 7);
    std::string operations = R"({"op":"replace","path":"displayName","value":"N"})";
    for (int i = 0; i < 100; ++i)
        operations += R"(,{"op":"replace","path":"active","value":false})";
    CHECK(scim.patch("nora%40elders.nl", operations).status == 400);
    CHECK(scim.get("nora%40elders.nl").text("active") == "true");
}

TEST_CASE("provisioning settings that cannot hold are named before anything starts", "[sqlite]") {
    const TemporaryFolder folder;
    const auto file = [&](const std::string& name, const std::string& text) {
        std::ofstream{folder.file(name)} << text;
        return folder.file(name);
    };
    const auto good = file("good", hex_sha256("x") + "\n");
    const std::pair<std::string, std::string> cases[] = {
        {"tenant=elders,digest=" + file("short", "abcdef\n"), "64 hexadecimal digits"},
        {"tenant=elders,digest=" +
             file("secret", "a-secret-itself-that-is-long-enough-to-be-one-and-more-than-that\n"),
         "64 hexadecimal digits"},
        {"tenant=elders,digest=" + file("empty", "\n"), "is empty"},
        {"tenant=elders,digest=/nonexistent", "cannot be read"},
        {"tenant=elders,digest=" + good + ",roles=king", "role that is not known: king"},
    };
    for (const auto& [setting, why] : cases) {
        INFO(setting);
        for (const bool check : {true, false}) {
            std::vector<std::string> command{
                "serve",          "--demo", "--port",     "0",
                "--provisioning", setting,  "--database", "sqlite:" + folder.file("hallpass.db")};
            if (check) command.emplace_back("--check");
            const auto outcome = hallpassd(command);
            CHECK(outcome.exit_code == 1);
            CHECK_THAT(outcome.output, Contains(why));
        }
    }
    {
        TestServer server;
        const auto outcome = hallpassd(
            {"serve", "--check", "--demo", "--database", server.settings().database, "--key-file",
             server.settings().key_file, "--provisioning", "tenant=nowhere,digest=" + good});
        CHECK(outcome.exit_code == 1);
        CHECK_THAT(outcome.output, Contains("one that was not imported: nowhere"));
    }
    CHECK_THROWS(ProvisioningSettings::parse("tenant=elders"));
    CHECK_THROWS(ProvisioningSettings::parse("digest=file"));
    CHECK_THROWS(ProvisioningSettings::parse("tenant=elders,digest=file,id=email"));
    CHECK_THROWS(ProvisioningSettings::parse("king,tenant=elders,digest=file"));
}
