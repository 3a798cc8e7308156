// The whole path: ask, consent, start, record, revoke.
#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* grants = "/api/v1/support-access/grants";
constexpr const char* sessions = "/api/v1/support-access/support-sessions";

std::vector<std::string> event_names(const Reply& page) {
    std::vector<std::string> names;
    const auto document = page.json();
    for (auto item = document.root().find("items").first(); item; item = item.next()) {
        names.emplace_back(item.find("event").string().value());
    }
    return names;
}

std::string validity(TestServer& server, const std::string& token) {
    const auto reply =
        server.post("/api/v1/support-access/validate-token", R"({"token":")" + token + R"("})");
    REQUIRE(reply.status == 200);
    return reply.text("is_valid") == "true" ? "valid" : reply.error();
}

}  // namespace

TEST_CASE("an agent asks, the user consents, the agent acts, the user withdraws") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    CHECK(server.get(std::string{grants} + "/" + grant, "piet").text("status") == "pending");
    CHECK(journey.start().error() == "CONSENT_REQUIRED");
    journey.consent(grant);

    const auto granted = server.get(std::string{grants} + "/" + grant, "jan");
    CHECK(granted.text("status") == "granted");
    CHECK(granted.text("timeZone") == "Europe/Amsterdam");
    CHECK_FALSE(granted.text("tzdataVersion").empty());

    const auto started = journey.start("jan", "piet", "de-akker", R"(,"ticketId":"T-1")");
    INFO(started.body);
    REQUIRE(started.status == 201);
    const auto session = started.text("session.id");
    const auto token = started.text("delegatedToken");
    CHECK(started.text("session.status") == "active");
    CHECK(started.text("session.scopes") == "null");
    CHECK(started.text("session.grantId") == grant);
    CHECK(started.text("uiSwitchUrl").find(token) == std::string::npos);
    CHECK(validity(server, token) == "valid");

    With report;
    report.bearer = token;
    report.body =
        R"({"events":[{"id":"e1","method":"GET","resourceType":"parcel","resourceId":"p-7","status":200},)"
        R"({"id":"e2","method":"PUT","resourceType":"parcel","resourceId":"p-7","status":403}]})";
    const auto log = std::string{sessions} + "/" + session + "/audit-logs";
    CHECK(server.request("POST", log, report).text("accepted") == "2");
    CHECK(server.request("POST", log, report).text("accepted") == "0");

    const auto withdrawn = server.post(std::string{grants} + "/" + grant + "/revoke", "{}", "piet");
    CHECK(withdrawn.status == 200);
    CHECK(withdrawn.text("revokedBy") == "user");
    CHECK(validity(server, token) == "TOKEN_REVOKED");
    CHECK(server.get(std::string{sessions} + "/" + session, "jan").text("status") == "revoked");

    // A rejection is written without being waited for: everything queued before this is durable.
    server.server().application().store().write_now([](hallpass::server::Transaction&) {});
    const auto activity = server.get("/api/v1/tickets/T-1/activity", "piet");
    CHECK(event_names(activity) ==
          std::vector<std::string>{"access_requested", "access_granted", "impersonation_started",
                                   "token_issued", "resource_read", "resource_write",
                                   "access_revoked", "impersonation_ended", "token_rejected"});
    const auto document = activity.json();
    for (auto item = document.root().find("items").first(); item; item = item.next()) {
        CHECK(item.find("subjectId").string() == "piet");
        CHECK(item.find("actorId").string().has_value());
    }
}

TEST_CASE("a host's own events are on record as it names them, and none of ours among them") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto log = std::string{sessions} + "/" + started.text("session.id") + "/audit-logs";
    const auto report = [&](const std::string& event) {
        With with;
        with.bearer = started.text("delegatedToken");
        with.body = R"({"events":[)" + event + "]}";
        return server.request("POST", log, with);
    };
    CHECK(report(R"({"event":"invoice.exported","resourceType":"invoice","resourceId":"F-12",)"
                 R"("outcome":"failure","details":{"pages":2,"note":"one \"quote\" \u00e9"}})")
              .status == 202);
    CHECK(report(R"({"event":"map.layer2.shown","status":200})").status == 202);
    const auto entries = server.get(log, "ada").json();
    const auto exported = entries.root().find("items").first().next().next();
    CHECK(exported.find("event").string() == "invoice.exported");
    CHECK(exported.find("outcome").string() == "failure");
    CHECK(exported.find("resourceId").string() == "F-12");
    CHECK(exported.find("actorId").string() == "jan");
    CHECK(exported.find("metadata").excerpt() ==
          R"({"details":{"pages":2,"note":"one \"quote\" é"}})");
    CHECK(exported.next().find("event").string() == "map.layer2.shown");
    CHECK(exported.next().find("outcome").string() == "success");

    const auto field = [&](const std::string& event) { return report(event).text("field"); };
    for (const char* name : {"access_granted", "impersonation_ended", "exported", ".a", "a.",
                             "a..b", "A.b", "a.b c", "a.1", "a._b", "é.b"}) {
        INFO(name);
        CHECK(field(R"({"event":")" + std::string{name} + "\"}") == "events[0].event");
    }
    CHECK(field(R"({"event":"a.)" + std::string(63, 'b') + "\"}") == "events[0].event");
    CHECK(field(R"({"event":"a.b","outcome":"forbidden"})") == "events[0].outcome");
    CHECK(field(R"({"event":"a.b","details":[]})") == "events[0].details");
    const auto filled = [](std::size_t bytes) {
        return R"({"event":"a.b","details":{"x":")" + std::string(bytes - 8, 'y') + "\"}}";
    };
    CHECK(report(filled(4096)).status == 202);
    CHECK(field(filled(4097)) == "events[0].details");
    CHECK(field(R"({"event":null})") == "events[0].method");
}

TEST_CASE("a session ends at the earliest of grant, cap and ttl, and says which") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    const auto until =
        format_rfc3339(floor_to_second(server.server().application().clock().now() + 10min));
    journey.consent(grant, "piet", R"({"until":")" + until + R"("})");
    const auto started = journey.start();
    CHECK(started.text("session.limitedBy") == "grant");
    CHECK(started.text("session.expiresAt") == until);

    const auto token = started.text("delegatedToken");
    server.advance(10min);
    CHECK(validity(server, token) == "TOKEN_EXPIRED");
    CHECK(journey.start().text("reason") == "grant_expired");
    CHECK(server.get(std::string{grants} + "/" + grant, "piet").text("status") == "expired");
    CHECK(journey.start("jan", "els").error() == "CONSENT_REQUIRED");
}

TEST_CASE("a request that nobody answers expires, and may be asked again") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    const auto again = server.post(grants,
                                   R"({"tenantId":"de-akker","targetUserId":"piet",)"
                                   R"("ticketId":"T-1","reason":"Once more please"})",
                                   "jan");
    CHECK(again.status == 409);
    CHECK(again.error() == "OPEN_REQUEST_EXISTS");
    server.advance(24h * 7);
    CHECK(server.post(std::string{grants} + "/" + grant + "/grant", "{}", "piet").error() ==
          "GRANT_NOT_PENDING");
    CHECK(journey.request_grant() != grant);
}

TEST_CASE("stopping always works, also when it is over, also with the token itself") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    REQUIRE(started.status == 201);
    const auto end = std::string{sessions} + "/" + started.text("session.id") + "/end";
    With with;
    with.bearer = started.text("delegatedToken");
    with.body = R"({"reason":"completed"})";
    CHECK(server.request("POST", end, with).text("status") == "stopped");
    CHECK(server.request("POST", end, with).text("endReason") == "completed");
    CHECK(server.post(end, "{}", "jan").status == 200);
    CHECK(server.post(end, "{}", "ada").status == 200);
    server.advance(24h);
    CHECK(server.request("POST", end, with).status == 200);
}

TEST_CASE("the hand-over code gives the same token once, to its agent, for 60 seconds") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto url = started.text("uiSwitchUrl");
    const auto body = R"({"code":")" + url.substr(url.find("token=") + 6) + R"("})";
    constexpr const char* exchange = "/api/v1/support-access/exchange";
    CHECK(server.post(exchange, body, "kim").status == 400);
    const auto exchanged = server.post(exchange, body, "jan");
    CHECK(exchanged.text("token") == started.text("delegatedToken"));
    CHECK(server.post(exchange, body, "jan").status == 400);
    // Neither half a character nor a NUL gets to the store.
    std::string cut;
    for (int i = 0; i < 44; ++i) cut += "\u00e9";
    const auto quiet = std::string{R"(\u0000)"} + std::string(51, 'a');
    for (const auto& code : {cut, quiet, "a" + cut, std::string(52, 'a')}) {
        CHECK(server.post(exchange, R"({"code":")" + code + R"("})", "jan").status == 400);
    }

    const auto other = journey.start("jan", "els", "bureau");
    const auto other_url = other.text("uiSwitchUrl");
    server.advance(60s);
    CHECK(server
              .post(exchange,
                    R"({"code":")" + other_url.substr(other_url.find("token=") + 6) + R"("})",
                    "jan")
              .status == 400);
}

TEST_CASE("what a restart finds is what was answered") {
    TestServer server;
    Journey journey{server};
    journey.consent(journey.request_grant());
    const auto started = journey.start();
    const auto token = started.text("delegatedToken");
    server.restart();
    CHECK(validity(server, token) == "valid");
    CHECK(journey.start().error() == "ACTIVE_SESSION_EXISTS");
    CHECK(server.get(std::string{sessions} + "/active", "piet").text("items") != "[]");
}

TEST_CASE("an amendment shortens and narrows what runs, and replaces its token") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    const auto started = journey.start();
    const auto old_token = started.text("delegatedToken");
    const auto session = std::string{sessions} + "/" + started.text("session.id");
    const auto amended = server.post(std::string{grants} + "/" + grant + "/amend",
                                     R"({"scopes":["parcels:read"]})", "piet");
    INFO(amended.body);
    REQUIRE(amended.status == 200);
    CHECK(validity(server, old_token) == "TOKEN_REVOKED");
    CHECK(server.post(session + "/token", "{}", "kim").status == 404);
    const auto fresh = server.post(session + "/token", "{}", "jan");
    CHECK(fresh.text("session.scopes") == R"(["parcels:read"])");
    CHECK(validity(server, fresh.text("token")) == "valid");
    CHECK(server
              .post(std::string{grants} + "/" + grant + "/amend",
                    R"({"scopes":["parcels:read","parcels:update"]})", "piet")
              .error() == "INSUFFICIENT_SCOPE");
}

TEST_CASE("the law firm's names are used for law firms") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "firma", R"(,"ttlMinutes":5)");
    INFO(started.body);
    REQUIRE(started.status == 201);
    CHECK(started.text("session.lawFirmId") == "firma");
    CHECK(started.text("session.limitedBy") == "requested_ttl");
    CHECK(journey.start("jan", "otto", "firma").text("message") ==
          "User 'otto' not found in law firm 'firma'");
    const auto missing =
        server.post("/admin/support-access/requests",
                    R"({"lawFirmId":"nergens","targetUserId":"piet","reason":"Reason"})", "jan");
    CHECK(missing.error() == "LAW_FIRM_NOT_FOUND");
}
