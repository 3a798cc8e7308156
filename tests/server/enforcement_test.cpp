// What a changed directory no longer allows ends with the change, in this process or another's.
#include <fstream>
#include <sstream>

#include "directory/import.hpp"
#include "event_stream.hpp"
#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

constexpr const char* sessions = "/api/v1/support-access/support-sessions/";

void import(TestServer& server, const std::string& text) {
    std::istringstream lines{text};
    auto& application = server.server().application();
    const auto counts =
        import_directory(application.store(), application.zones(), application.roles(), lines);
    INFO(text);
    REQUIRE(counts.ok());
}

/// Runs the real program on the server's database, as somebody at a terminal would.
void import_elsewhere(const TestServer& server, const std::string& text) {
    const auto file = server.folder().file("changes.jsonl");
    std::ofstream{file} << text;
    const auto [exit_code, output] =
        hallpassd({"import", file, "--database", server.settings().database});
    INFO(output);
    REQUIRE(exit_code == 0);
}

std::string validity(const TestServer& server, const std::string& token) {
    const auto reply =
        server.post("/api/v1/support-access/validate-token", R"({"token":")" + token + R"("})");
    return reply.text("is_valid") == "true" ? "valid" : reply.error();
}

std::string user(const std::string& id, const std::string& more) {
    return R"({"type":"user","id":")" + id + R"(","name":"Somebody","email":"s@example.nl")" +
           more + "}\n";
}
std::string member(const std::string& id, const std::string& more,
                   const std::string& tenant = "bureau") {
    return R"({"type":"membership","tenantId":")" + tenant + R"(","userId":")" + id + '"' + more +
           "}\n";
}
std::string tenant(const std::string& overrides) {
    return R"({"type":"tenant","id":"bureau","name":"Bureau","profile":"support_access",)"
           R"("overrides":{)" +
           overrides + "}}\n";
}
const std::string agent = R"(,"roles":["helpdeskAgent"])";

}  // namespace

TEST_CASE("an import ends the sessions that it no longer allows, and says why on record") {
    const std::pair<std::string, std::string> changes[] = {
        {user("jan", R"(,"roles":["user"])"), "role_changed"},
        {user("piet", agent), "role_changed"},
        {user("jan", agent + R"(,"banned":true,"banReason":"Left the company")"), "banned"},
        {user("piet", R"(,"banned":true)"), "banned"},
        {user("piet", R"(,"optedOut":true)"), "opted_out"},
        {member("piet", R"(,"scopes":["parcels:read"])"), "scopes_narrowed"},
        {member("piet", R"(,"removed":true)"), "membership_lost"},
        {member("jan", R"(,"removed":true)"), "membership_lost"},
        {tenant(R"("actAsEnabled":false)"), "act_as_disabled"},
        {tenant(R"("consentNeeded":true)"), "consent_needed"},
        {tenant(R"("readOnly":true)"), "scopes_narrowed"},
        {tenant(R"("neverCarried":["cases:*"])"), "scopes_narrowed"},
    };
    for (const auto& [line, why] : changes) {
        INFO(line);
        TestServer server;
        Journey journey{server};
        const auto started = journey.start("jan", "piet", "bureau");
        const auto other = journey.start("kim", "els", "hulp");
        REQUIRE(started.status == 201);
        import(server, line);
        const auto ended = server.get(sessions + started.text("session.id"), "ada");
        CHECK(ended.text("status") == "revoked");
        CHECK(ended.text("endReason") == why);
        CHECK(validity(server, started.text("delegatedToken")) == "TOKEN_REVOKED");
        CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'impersonation_ended'"
                            " AND metadata LIKE '%" +
                            why + "%'") == 1);
        const auto entries =
            server.number("SELECT COUNT(*) FROM record WHERE event <> 'token_rejected'");
        import(server, line);
        CHECK(server.number("SELECT COUNT(*) FROM record WHERE event <> 'token_rejected'") ==
              entries);
    }
}

TEST_CASE("an import leaves alone what it still allows, and what others decided") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    import(server, user("piet", "") + user("jan", agent) +
                       member("piet", R"(,"scopes":["cases:read","parcels:read","parcels:update",)"
                                      R"("tickets:read"])") +
                       tenant(R"("sessionCapMinutes":120)"));
    CHECK(validity(server, started.text("delegatedToken")) == "valid");

    REQUIRE(server.post("/api/v1/admin/users/kim/ban", R"({"reason":"Abuse of access"})", "ada")
                .status == 200);
    With with;
    with.bearer = server.bearer("els");
    with.body = R"({"optedOut":true})";
    REQUIRE(server.request("PATCH", "/api/v1/me", with).status == 204);
    import(server, user("kim", agent) + user("els", ""));
    CHECK(server.get("/api/v1/admin/users/kim", "ada").text("banned") == "true");
    CHECK(server.get("/api/v1/me", "els").text("optedOut") == "true");
    import(server, user("kim", agent + R"(,"banned":false)"));
    CHECK(server.get("/api/v1/admin/users/kim", "ada").text("banned") == "false");
}

TEST_CASE("an import takes back grants whose parties have no place in them any more") {
    TestServer server;
    Journey journey{server};
    const auto of_jan = journey.request_grant("T-1", "jan");
    const auto of_kim = journey.request_grant("T-2", "kim");
    journey.consent(of_jan);
    journey.consent(of_kim);
    const auto status = [&](const std::string& grant) {
        return server.get("/api/v1/support-access/grants/" + grant, "ada").text("status");
    };
    import(server, member("jan", R"(,"removed":true)", "de-akker"));
    CHECK(status(of_jan) == "revoked");
    CHECK(status(of_kim) == "granted");
    const auto waiting = journey.request_grant("T-3", "kim");
    import(server, user("piet", R"(,"optedOut":true)"));
    CHECK(status(of_kim) == "revoked");
    CHECK(status(waiting) == "revoked");
}

TEST_CASE("opting out takes back what was granted and asked") {
    TestServer server;
    Journey journey{server};
    journey.consent(journey.request_grant());
    const auto started = journey.start();
    const auto waiting = journey.request_grant("T-2", "kim");
    With with;
    with.bearer = server.bearer("piet");
    with.body = R"({"optedOut":true})";
    REQUIRE(server.request("PATCH", "/api/v1/me", with).status == 204);
    CHECK(validity(server, started.text("delegatedToken")) == "TOKEN_REVOKED");
    CHECK(server.get("/api/v1/support-access/grants/" + waiting, "kim").text("status") ==
          "revoked");
    CHECK(server.number("SELECT COUNT(*) FROM grants WHERE status IN ('pending', 'granted')") == 0);
}

TEST_CASE("a running server notices at once what an import in another process has ended") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto token = started.text("delegatedToken");
    const auto before = server.get("/status/1").headers.at("etag");
    CHECK(server.get("/status/1").headers.at("etag") == before);
    Stream piet{server, server.bearer("piet")}, acting{server, token};
    Stream jan{server, server.bearer("jan")};

    import_elsewhere(server, user("jan", R"(,"roles":["user"])"));
    // No waiting: the list that was kept is not given any more.
    CHECK(server.get("/status/1").headers.at("etag") != before);
    CHECK(validity(server, token) == "TOKEN_REVOKED");
    CHECK(piet.sees("event: impersonation_ended"));
    CHECK(piet.received().find("role_changed") != std::string::npos);
    CHECK(acting.ends());
    CHECK(jan.ends());
    CHECK(server.get("/api/v1/support-access/grants", "jan").status == 200);
    CHECK(journey.start("jan", "els", "bureau").error() == "FORBIDDEN");

    // What this process does next comes after it, in order and once.
    journey.start("kim", "piet", "bureau");
    CHECK(piet.sees("event: impersonation_started"));
    const auto& text = piet.received();
    CHECK(text.find("event: impersonation_ended") == text.rfind("event: impersonation_ended"));
    CHECK(text.find("event: impersonation_ended") < text.find("event: impersonation_started"));
}
