// The clock steps back and forth, as a clock does that is set by hand or by a network: a second, an
// hour, a day.
#include "access/grants.hpp"
#include "edge_stream.hpp"
#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "http/rate_limiter.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* grants = "/api/v1/support-access/grants/";
constexpr const char* sessions = "/api/v1/support-access/support-sessions/";
const std::chrono::seconds steps[] = {1s, 1h, 24h};

void step(TestServer& server, std::chrono::seconds by) {
    server.server().application().demo_clock().advance(by);
}

std::string validity(TestServer& server, const std::string& token) {
    const auto reply =
        server.post("/api/v1/support-access/validate-token", R"({"token":")" + token + R"("})");
    REQUIRE(reply.status == 200);
    return reply.text("is_valid") == "true" ? "valid" : reply.error();
}

std::string session_status(TestServer& server, const test::Reply& started) {
    return server.get(sessions + started.text("session.id"), "ada").text("status");
}

Instant time_in(const test::Reply& reply, std::string_view path) {
    const auto time = parse_rfc3339(reply.text(path), path);
    REQUIRE(time.ok());
    return *time;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("a session is live from its start to its end and at no other time of the clock") {
    for (const auto by : steps) {
        INFO(by.count());
        TestServer server;
        Journey journey{server};
        const auto started = journey.start("jan", "piet", "bureau");
        const auto token = started.text("delegatedToken");
        const auto ends = time_in(started, "session.expiresAt");
        step(server, -by - 1s);  // the token says that it was issued later than now
        CHECK(validity(server, token) == "TOKEN_NOT_YET_VALID");
        CHECK(journey.start("jan", "piet", "bureau").error() == "ACTIVE_SESSION_EXISTS");
        step(server, by + 1s);
        CHECK(validity(server, token) == "valid");
        const auto& clock = server.server().application().clock();
        step(server, std::chrono::floor<std::chrono::seconds>(ends - clock.now()) - 1s);
        CHECK(validity(server, token) == "valid");
        step(server, 2s);
        CHECK(validity(server, token) == "TOKEN_EXPIRED");
        CHECK(session_status(server, started) == "expired");
        step(server, by);
        CHECK(validity(server, token) == "TOKEN_EXPIRED");
        CHECK(journey.start("jan", "piet", "bureau").status == 201);
    }
}

TEST_CASE("what was ended stays ended, whatever the clock does") {
    for (const auto by : steps) {
        INFO(by.count());
        TestServer server;
        Journey journey{server};
        const auto stopped = journey.start("jan", "piet", "bureau");
        step(server, -by);
        end(server, stopped);
        const auto shown = server.get(sessions + stopped.text("session.id"), "ada");
        CHECK(shown.text("status") == "stopped");
        CHECK(time_in(shown, "endedAt") >= time_in(shown, "startedAt"));
        CHECK(server.number("SELECT MIN(COALESCE(duration_ms, 0)) FROM record") >= 0);
        const auto swept = journey.start("kim", "els", "bureau");
        REQUIRE(swept.status == 201);
        step(server, by + 1h);
        server.server().application().sweep();
        CHECK(session_status(server, swept) == "expired");
        step(server, -by - 1h);
        for (const auto* each : {&stopped, &swept}) {
            CHECK(validity(server, each->text("delegatedToken")) != "valid");
            CHECK(session_status(server, *each) != "active");
        }
        const auto report =
            server.get("/api/v1/support-access/reports/sessions?tenantId=bureau", "ada");
        CHECK(report.status == 200);
        CHECK(report.body.find(":-") == std::string::npos);
        CHECK(journey.start("kim", "els", "bureau").status == 201);
    }
}

TEST_CASE("consent can be given, amended and withdrawn by a clock that was set back") {
    for (const auto by : steps) {
        INFO(by.count());
        TestServer server;
        Journey journey{server};
        const auto grant = journey.request_grant();
        step(server, -by);
        journey.consent(grant);
        step(server, -by);
        const auto started = journey.start();
        REQUIRE(started.status == 201);
        CHECK(server.post(grants + grant + "/amend", R"({"scopes":["parcels:read"]})", "piet")
                  .status == 200);
        step(server, -by);
        CHECK(server.post(grants + grant + "/revoke", "{}", "piet").text("status") == "revoked");
        CHECK(session_status(server, started) == "revoked");
        for (int i = 0; i < 3; ++i) {
            step(server, by);
            CHECK(validity(server, started.text("delegatedToken")) != "valid");
            CHECK(journey.start().error() == "CONSENT_REQUIRED");
        }
    }
}

TEST_CASE("a request that ran out and was written down does not come back with the clock") {
    TestServer server;
    Journey journey{server};
    const auto kept = journey.request_grant("T-1"), swept = journey.request_grant("T-2");
    step(server, 24h * 8);
    CHECK(server.get(grants + kept, "piet").text("status") == "expired");
    CHECK(server.post(grants + kept + "/grant", "{}", "piet").status == 409);
    server.server().application().sweep();
    step(server, -24h * 8);
    for (const auto& each : {kept, swept}) {
        CHECK(server.get(grants + each, "piet").text("status") == "expired");
        CHECK(server.post(grants + each + "/grant", "{}", "piet").status == 409);
    }
    journey.consent(journey.request_grant("T-1"));
}

TEST_CASE("the record keeps its order, and its tree its heads, whatever the clock does") {
    TestServer server;
    Journey journey{server};
    for (const std::chrono::seconds by : {-1s, 3600s, -86400s, 86400s, -3600s, 1s}) {
        step(server, by);
        const auto started = journey.start("jan", "piet", "bureau");
        REQUIRE(started.status == 201);
        end(server, started);
        server.server().application().sign_head();
    }
    CHECK(server.number("SELECT COUNT(*) FROM record") ==
          server.number("SELECT MAX(sequence) FROM record"));
    CHECK(server.number("SELECT COUNT(*) FROM checkpoints") == 6);
    CHECK(server.number("SELECT COUNT(*) FROM record AS later JOIN record AS earlier"
                        " ON earlier.sequence + 1 = later.sequence"
                        " WHERE later.at_unix_ms < earlier.at_unix_ms") > 0);
    const auto verified = hallpassd({"audit", "verify", "--database", server.settings().database,
                                     "--key-file", server.settings().key_file});
    INFO(verified.output);
    CHECK(verified.exit_code == 0);
}

TEST_CASE("an edge hears of an end at once though the clock was set back, and of each once") {
    for (const auto by : steps) {
        INFO(by.count());
        TestServer server;
        Journey journey{server};
        const auto before = journey.start("jan", "piet", "bureau");
        Edge edge{server};
        REQUIRE(edge.sees("event: ready"));
        end(server, before);
        REQUIRE(edge.sees(entry_of(before.text("delegatedToken"))));
        const auto last_id = edge.last_id();
        step(server, by);
        const auto ahead = journey.start("jan", "piet", "bureau");
        end(server, ahead);
        REQUIRE(edge.sees(entry_of(ahead.text("delegatedToken"))));
        step(server, -2 * by);
        const auto behind = journey.start("jan", "piet", "bureau");
        end(server, behind);
        REQUIRE(edge.sees(entry_of(behind.text("delegatedToken"))));
        for (int minutes = 0; minutes < 10; minutes += 2) {
            step(server, 2min);
            server.server().application().tell_revocations();
        }
        const auto last = journey.start("jan", "piet", "bureau");
        end(server, last);
        REQUIRE(edge.sees(entry_of(last.text("delegatedToken"))));
        for (const auto* each : {&before, &ahead, &behind, &last}) {
            CHECK(count_of(edge.received(), entry_of(each->text("delegatedToken"))) == 1);
        }
        // Whoever was away hears what was missed, or that it has to read the lists anew.
        Edge back{server, "Last-Event-ID: " + std::to_string(last_id) + "\r\n"};
        REQUIRE(back.sees("event: ready"));
        REQUIRE(back.sees("}\n\n", back.received().find("event: ready")));
        const bool told = count_of(back.received(), entry_of(behind.text("delegatedToken"))) == 1 &&
                          count_of(back.received(), entry_of(last.text("delegatedToken"))) == 1;
        CHECK((told || back.received().find(R"({"resumed":false})") != std::string::npos));
        CHECK((by > 1s || told));
    }
}

TEST_CASE("status lists are signed anew when the clock was set back") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto signed_at = [&] {
        const auto list = server.get("/status/1");
        REQUIRE(list.status == 200);
        return *json::Document::parse(claims_of(list.body))->root().find("iat").integer();
    };
    const auto& clock = server.server().application().clock();
    for (const auto by : {0s, -1s, -3599s, -86'400s, 90'000s}) {
        step(server, by);
        const auto now = to_unix_s(clock.now());
        const auto at = signed_at();
        CHECK(at <= now + 1);
        CHECK(at > now - 300);
    }
    CHECK(started.status == 201);
}

TEST_CASE("a rate limit asks nobody to wait longer, and gives no more than a burst") {
    const auto now = from_unix_s(1'800'000'000);
    for (const auto by : steps) {
        RateLimiter limiter{3, 1};
        for (int i = 0; i < 3; ++i) CHECK(limiter.take("a", now) == 0s);
        CHECK(limiter.take("a", now) == 1s);
        CHECK(limiter.take("a", now - by) == 1s);
        CHECK(limiter.take("a", now - by + 1s) == 0s);
        CHECK(limiter.take("a", now - by + 1s) == 1s);
        int given = 0;
        while (limiter.take("a", now + by) == 0s) ++given;
        CHECK(given <= 3);
        CHECK(limiter.take("a", now + by) == 1s);
    }
}

TEST_CASE("an answer is given again after a step of less than a day, and a login ends for good") {
    TestServer server;
    With with;
    with.bearer = server.bearer("jan", R"(,"jti":"one")");
    with.body =
        R"({"tenantId":"de-akker","targetUserId":"piet","ticketId":"T-1","reason":"The parcel does not show"})";
    with.headers["Idempotency-Key"] = "once";
    const auto first = server.request("POST", "/api/v1/support-access/grants", with);
    REQUIRE(first.status == 201);
    for (const std::chrono::seconds by : {-1s, -3600s, 3600s, 1s, -86400s, 86400s}) {
        step(server, by);
        with.bearer = server.bearer("jan", R"(,"jti":"one")");
        const auto again = server.request("POST", "/api/v1/support-access/grants", with);
        CHECK(again.body == first.body);
        CHECK(again.headers.count("idempotency-replayed") == 1);
    }
    With login;
    const auto cookie = server.post("/api/v1/session", "{}", "piet").headers.at("set-cookie");
    login.cookie = cookie.substr(cookie.find('=') + 1, cookie.find(';') - cookie.find('=') - 1);
    CHECK(server.request("GET", "/api/v1/me", login).status == 200);
    step(server, 24h);
    CHECK(server.request("GET", "/api/v1/me", login).status == 401);
    server.server().application().sweep();
    step(server, -24h);
    CHECK(server.request("GET", "/api/v1/me", login).status == 401);
}
