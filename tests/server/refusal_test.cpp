// Every refusal has its code, and changes nothing.
#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* grants = "/api/v1/support-access/grants";
constexpr const char* start_path = "/admin/support-access/requests";

std::string request_body(const std::string& tenant, const std::string& user,
                         const std::string& more = {}) {
    return R"({"tenantId":")" + tenant + R"(","targetUserId":")" + user +
           R"(","ticketId":"T-1","reason":"The parcel does not show")" + more + "}";
}

}  // namespace

TEST_CASE("a request for access is refused with the code that fits") {
    TestServer server;
    const auto code = [&](const std::string& body, const std::string& who) {
        return server.post(grants, body, who).error();
    };
    CHECK(code(request_body("de-akker", "piet"), "") == "UNAUTHORIZED");
    CHECK(code(request_body("de-akker", "els"), "piet") == "FORBIDDEN");
    CHECK(code(request_body("nergens", "piet"), "jan") == "TENANT_NOT_FOUND");
    CHECK(code(request_body("elders", "otto"), "jan") == "TENANT_NOT_FOUND");
    CHECK(code(request_body("de-akker", "otto"), "jan") == "USER_NOT_FOUND");
    CHECK(code(request_body("de-akker", "jan"), "jan") == "FORBIDDEN");
    CHECK(code(request_body("de-akker", "kim"), "jan") == "TARGET_IS_STAFF");
    CHECK(code(request_body("de-akker", "stil"), "jan") == "USER_OPTED_OUT");
    CHECK(code(request_body("dicht", "piet"), "jan") == "ACT_AS_DISABLED");
    CHECK(code(request_body("de-akker", "piet", R"(,"scopes":["billing:pay"])"), "jan") ==
          "INSUFFICIENT_SCOPE");
    CHECK(server.number("SELECT COUNT(*) FROM grants") == 0);
    CHECK(server.number("SELECT COUNT(*) FROM record") == 0);
}

TEST_CASE("a start is refused with the code that fits") {
    TestServer server;
    Journey journey{server};
    const auto code = [&](const std::string& more, const std::string& who = "jan") {
        return journey.start(who, "piet", "bureau", more);
    };
    CHECK(code("", "piet").error() == "FORBIDDEN");
    CHECK(code(R"(,"ttlMinutes":3)").text("constraints") == R"({"min":15,"max":120})");
    CHECK(code(R"(,"scopes":["billing:pay"])").error() == "INSUFFICIENT_SCOPE");
    const auto by_minutes = server.post("/api/v1/support-access/support-sessions",
                                        R"({"tenantId":"bureau","targetUserId":"piet",)"
                                        R"("reason":"Reason","durationMinutes":3})",
                                        "jan");
    CHECK(by_minutes.text("field") == "durationMinutes");
    CHECK(server.number("SELECT COUNT(*) FROM sessions") == 0);

    const auto started = journey.start("jan", "piet", "bureau");
    REQUIRE(started.status == 201);
    CHECK(code("").error() == "ACTIVE_SESSION_EXISTS");
    // Per agent and user in this profile: another agent may.
    CHECK(code("", "kim").status == 201);
    With nested;
    nested.bearer = started.text("delegatedToken");
    nested.body = R"({"tenantId":"bureau","targetUserId":"els","reason":"Reason"})";
    CHECK(server.request("POST", start_path, nested).error() == "NESTED_IMPERSONATION");
    CHECK(server.request("GET", "/api/v1/me", nested).error() == "NESTED_IMPERSONATION");
}

TEST_CASE("the reason why consent is missing is told") {
    TestServer server;
    Journey journey{server};
    CHECK(journey.start().text("reason") == "no_grant");
    const auto grant = journey.request_grant();
    CHECK(journey.start().text("reason") == "grant_pending");
    REQUIRE(server.post(std::string{grants} + "/" + grant + "/decline", "{}", "piet").status ==
            200);
    CHECK(journey.start().text("reason") == "grant_declined");
    const auto second = journey.request_grant();
    journey.consent(second);
    // Whom else the user trusts is none of another agent's business.
    CHECK(journey.start("kim").text("reason") == "no_grant");
    CHECK(journey.start("jan", "piet", "de-akker", R"(,"ticketId":"T-2")").text("reason") ==
          "other_ticket");
}

TEST_CASE("only the right party may answer, and only once") {
    TestServer server;
    Journey journey{server};
    const auto grant = std::string{grants} + "/" + journey.request_grant();
    CHECK(server.post(grant + "/grant", "{}", "jan").error() == "FORBIDDEN");
    CHECK(server.post(grant + "/grant", "{}", "ada").error() == "FORBIDDEN");
    CHECK(server.post(grant + "/grant", "{}", "els").error() == "GRANT_NOT_FOUND");
    CHECK(server.post(grant + "/grant", "{}", "kim").error() == "GRANT_NOT_FOUND");
    CHECK(server.post(grant + "/withdraw", "{}", "piet").error() == "FORBIDDEN");
    CHECK(server.post(grant + "/revoke", "{}", "piet").error() == "GRANT_NOT_ACTIVE");
    CHECK(server.post(grant + "/withdraw", "{}", "jan").text("revokedBy") == "agent");
    CHECK(server.post(grant + "/grant", "{}", "piet").error() == "GRANT_NOT_PENDING");
    CHECK(server.post(grant + "/decline", "{}", "piet").error() == "GRANT_NOT_PENDING");
}

TEST_CASE("the end of consent is checked against what the user was shown") {
    TestServer server;
    Journey journey{server};
    const auto grant = std::string{grants} + "/" + journey.request_grant() + "/grant";
    const auto field = [&](const std::string& body) {
        const auto reply = server.post(grant, body, "piet");
        CHECK(reply.status == 400);
        return reply.text("field");
    };
    CHECK(field(R"({"preset":"end_of_today","expectedUntil":"2020-01-01T00:00:00Z"})") ==
          "expectedUntil");
    CHECK(field(R"({"preset":"forever"})") == "preset");
    CHECK(field(R"({"date":"2020-01-01"})") == "date");
    CHECK(field(R"({"date":"1 May"})") == "date");
    CHECK(field(R"({"until":"2020-01-01T00:00:00Z"})") == "until");
    CHECK(field(R"({"until":"2099-01-01T00:00:00Z"})") == "until");
    CHECK(field(R"({"timeZone":"Europe/Nowhere"})") == "timeZone");
    CHECK(field(R"({"preset":"one_week","date":"2030-01-01"})") == "preset");
    CHECK(server.number("SELECT COUNT(*) FROM grants WHERE status = 'pending'") == 1);
}

TEST_CASE("a ban ends everything at once, and holds until its end") {
    TestServer server;
    Journey journey{server};
    journey.consent(journey.request_grant());
    const auto started = journey.start();
    REQUIRE(started.status == 201);
    const auto body = R"({"reason":"Abuse of access","until":")" +
                      format_rfc3339(server.server().application().clock().now() + 1h) + R"("})";
    CHECK(server.post("/api/v1/admin/users/jan/ban", body, "kim").error() == "FORBIDDEN");
    CHECK(server.post("/api/v1/admin/users/otto/ban", body, "ada").error() == "USER_NOT_FOUND");
    CHECK(server.post("/api/v1/admin/users/ada/ban", body, "ada").error() == "FORBIDDEN");
    REQUIRE(server.post("/api/v1/admin/users/jan/ban", body, "ada").status == 200);
    CHECK(journey.start().error() == "AGENT_BANNED");
    CHECK(server.number("SELECT COUNT(*) FROM sessions WHERE status = 'revoked'") == 1);
    CHECK(server.number("SELECT COUNT(*) FROM grants WHERE revoked_by = 'system'") == 1);
    server.advance(1h);
    CHECK(journey.start().text("reason") == "grant_revoked");

    REQUIRE(server.post("/api/v1/admin/users/piet/ban", R"({"reason":"Abuse of access"})", "ada")
                .status == 200);
    CHECK(journey.start().error() == "TARGET_BANNED");
    CHECK(server.get("/api/v1/me", "piet").status == 403);
    const char* unban = "/api/v1/admin/users/piet/unban";
    CHECK(server.post(unban, R"({"reason":"no"})", "ada").text("field") == "reason");
    CHECK(server.post(unban, R"({"reason":"He apologised"})", "ada").text("banned") == "false");
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'user_unbanned'"
                        " AND metadata = '{\"reason\":\"He apologised\"}'") == 1);
}

TEST_CASE("losing the role ends what runs") {
    TestServer server;
    Journey journey{server};
    REQUIRE(journey.start("jan", "piet", "bureau").status == 201);
    CHECK(server.post("/api/v1/admin/users/jan/role", R"({"role":"king"})", "ada").status == 400);
    REQUIRE(server.post("/api/v1/admin/users/jan/role", R"({"role":"user"})", "ada").status == 200);
    CHECK(server.number("SELECT COUNT(*) FROM sessions WHERE status = 'revoked'") == 1);
    CHECK(journey.start("jan", "piet", "bureau").error() == "FORBIDDEN");
}
