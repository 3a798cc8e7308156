// Revocations as they happen: GET /api/v1/token-status/events.
#include <algorithm>
#include <chrono>

#include "edge_stream.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

TEST_CASE("an edge hears of every end of a token but its own expiry, and of nothing else") {
    TestServer server;
    Journey journey{server};
    Edge edge{server};
    REQUIRE(edge.sees(R"(event: ready)"
                      "\n"
                      R"(data: {"resumed":false})"));
    const auto stopped = journey.start("jan", "piet", "bureau");
    end(server, stopped);
    CHECK(edge.sees(entry_of(stopped.text("delegatedToken"))));

    const auto grant = journey.request_grant();
    journey.consent(grant);
    const auto consented = journey.start();
    const auto before = edge.received().size();
    server.post("/api/v1/support-access/grants/" + grant + "/amend",
                R"({"scopes":["parcels:read"]})", "piet");
    CHECK(edge.sees(entry_of(consented.text("delegatedToken"))));
    const auto amended = server.post(
        "/api/v1/support-access/support-sessions/" + consented.text("session.id") + "/token", "{}",
        "jan");
    server.post("/api/v1/support-access/grants/" + grant + "/revoke", "{}", "piet");
    CHECK(edge.sees(entry_of(amended.text("token"))));

    // All of one change in one message.
    const auto here = journey.start("kim", "els", "bureau");
    const auto there = journey.start("kim", "els", "firma");
    REQUIRE(server.post("/api/v1/admin/users/kim/ban", R"({"reason":"Abuse of access"})", "ada")
                .status == 200);
    CHECK(edge.sees(entry_of(here.text("delegatedToken"))));
    CHECK(edge.sees(entry_of(there.text("delegatedToken"))));
    // What merely runs out, and all that is not about tokens, is not told.
    journey.start("jan", "piet", "bureau");
    server.advance(31min);
    server.server().application().sweep();
    const auto last = journey.start("jan", "piet", "bureau");
    end(server, last);
    CHECK(edge.sees(entry_of(last.text("delegatedToken"))));
    const auto told = edge.received().substr(before);
    // An amendment, a withdrawal, a ban of two sessions, an end: five tokens in four messages.
    CHECK(std::count(told.begin(), told.end(), '{') == 5 + 4);
    for (const auto* secret : {"piet", "jan", "kim", "bureau", "ses_", "tok_", "gr_", "eyJ"}) {
        CHECK(edge.received().find(secret) == std::string::npos);
    }
}

TEST_CASE("a revocation is in the list by the time it is told, and told within milliseconds") {
    TestServer server;
    Journey journey{server};
    Edge edge{server};
    REQUIRE(edge.sees("event: ready"));
    std::vector<double> taken;
    for (int i = 0; i < 30; ++i) {
        const auto started = journey.start("jan", "piet", "bureau");
        const auto etag = server.get("/status/1").headers.at("etag");
        end(server, started);
        const auto answered = SteadyClock::now();
        REQUIRE(edge.sees(entry_of(started.text("delegatedToken"))));
        taken.push_back(
            std::chrono::duration<double, std::milli>(SteadyClock::now() - answered).count());
        CHECK(server.get("/status/1").headers.at("etag") != etag);
    }
    std::sort(taken.begin(), taken.end());
    WARN("from the answer to the event: median " << taken[taken.size() / 2] << " ms, worst "
                                                 << taken.back() << " ms");
    CHECK(taken.back() < 1'000);
}

TEST_CASE("who comes back hears what was missed before it is ready") {
    TestServer server;
    Journey journey{server};
    std::int64_t id = 0;
    {
        Edge edge{server};
        REQUIRE(edge.sees("event: ready"));
        REQUIRE(edge.sees("\n\n"));
        id = edge.last_id();
    }
    const auto started = journey.start("jan", "piet", "bureau");
    end(server, started);
    const auto header = "Last-Event-ID: " + std::to_string(id) + "\r\n";
    Edge back{server, header};
    REQUIRE(back.sees(R"(data: {"resumed":true})"));
    const auto told = back.received().find(entry_of(started.text("delegatedToken")));
    CHECK(told != std::string::npos);
    CHECK(told < back.received().find("event: ready"));
    CHECK(back.last_id() > id);
    // Live from here on.
    const auto another = journey.start("jan", "els", "bureau");
    end(server, another);
    CHECK(back.sees(entry_of(another.text("delegatedToken"))));
    // A restart forgets nothing of it.
    server.restart();
    Edge after{server, header};
    REQUIRE(after.sees(R"(data: {"resumed":true})"));
    const auto entry = entry_of(another.text("delegatedToken"));
    // Its port is another one by now, and so is the list's address.
    CHECK(after.received().find(entry.substr(entry.find(R"("idx")"))) != std::string::npos);

    for (const std::string unknown : {"x", "-1", "0", "99999999999999", "1e3", "", " "}) {
        CAPTURE(unknown);
        Edge afresh{server, "Last-Event-ID: " + unknown + "\r\n"};
        CHECK(afresh.sees(R"(data: {"resumed":false})"));
    }
    server.advance(2h);
    Edge late{server, header};
    CHECK(late.sees(R"(data: {"resumed":false})"));
}

TEST_CASE("the ids of the feed are times, which count nothing") {
    TestServer server;
    Edge edge{server};
    REQUIRE(edge.sees("event: ready"));
    REQUIRE(edge.sees("\n\n"));
    const auto now = to_unix_ms(server.server().application().clock().now());
    CHECK(std::abs(edge.last_id() - now) < 60'000);
}

TEST_CASE("whatever credential comes along is not looked at") {
    TestServer server;
    Edge edge{server, "Authorization: Bearer nonsense\r\nCookie: hallpass_session=x\r\n"};
    CHECK(edge.sees("event: ready"));
    With with;
    with.bearer = "nonsense";
    CHECK(server.request("GET", "/status/1", with).status == 200);
    CHECK(server.request("GET", "/.well-known/jwks.json", with).status == 200);
    CHECK(server.get("/api/v1/token-status/events?list=1").status == 400);
}

TEST_CASE("what another process ends is told too") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    Edge edge{server};
    REQUIRE(edge.sees("event: ready"));
    Connection elsewhere{server.settings().database};
    elsewhere.execute("UPDATE tokens SET revoked_at_unix_ms = :now",
                      {{"now", to_unix_ms(SystemClock{}.now())}});
    CHECK(edge.sees(entry_of(started.text("delegatedToken"))));
}
