// Live events: what is done is seen at once by whom it concerns.
#include "event_stream.hpp"
#include "hallpass_catch.hpp"
#include "login_cookie.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

TEST_CASE("each party hears what concerns them, and nobody else does") {
    TestServer server;
    Journey journey{server};
    Stream piet{server, server.bearer("piet")}, jan{server, server.bearer("jan")};
    Stream els{server, server.bearer("els")}, ada{server, server.bearer("ada")};
    Stream olga{server, server.bearer("olga")};
    const auto grant = journey.request_grant();
    for (auto* stream : {&piet, &jan, &ada}) CHECK(stream->sees("event: access_requested"));
    journey.consent(grant);
    CHECK(jan.sees("event: access_granted"));
    const auto started = journey.start();
    CHECK(piet.sees("event: impersonation_started"));
    CHECK(piet.received().find(started.text("delegatedToken")) == std::string::npos);
    Stream acting{server, started.text("delegatedToken")};
    server.post("/api/v1/support-access/grants/" + grant + "/revoke", "{}", "piet");
    CHECK(acting.sees("event: impersonation_ended"));
    CHECK(acting.received().find("event: access_revoked") == std::string::npos);
    CHECK(acting.ends());
    CHECK(jan.sees("event: impersonation_ended"));
    // Something of their own shows that the others were listening all along.
    journey.request_grant("T-9", "kim", "els");
    CHECK(els.sees("event: access_requested"));
    CHECK(els.received().find("piet") == std::string::npos);
    journey.request_grant("T-9", "olga", "otto", "elders");
    CHECK(olga.sees("event: access_requested"));
    CHECK(olga.received().find("piet") == std::string::npos);
}

TEST_CASE("a reader that comes back gets what it missed, once") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    Stream stream{server, server.bearer("piet"), "Last-Event-ID: 1\r\n"};
    CHECK(stream.sees("event: access_granted"));
    CHECK(stream.received().find("event: access_requested") == std::string::npos);
    journey.start();
    CHECK(stream.sees("event: impersonation_started"));
    CHECK(stream.received().find("event: access_granted") ==
          stream.received().rfind("event: access_granted"));
    With with;
    with.bearer = server.bearer("piet");
    with.headers["Last-Event-ID"] = "x";
    CHECK(server.request("GET", "/api/v1/events", with).status == 400);
}

TEST_CASE("who comes back after very long starts afresh instead of searching the whole record") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    server.server().application().store().write_now([](Transaction& transaction) {
        RecordRow entry;
        entry.event = "resource_read";
        entry.subject_id = "els";
        for (int i = 0; i < 10'000; ++i) transaction.record(entry);
    });
    Stream back{server, server.bearer("piet"), "Last-Event-ID: 0\r\n"};
    CHECK(back.sees("id: 10001\nevent: reset\ndata: {}\n\n"));
    journey.consent(grant);
    CHECK(back.sees("event: access_granted"));
    CHECK(back.received().find("event: access_requested") == std::string::npos);
    Stream near{server, server.bearer("piet"), "Last-Event-ID: 2\r\n"};
    CHECK(near.sees("event: access_granted"));
    CHECK(near.received().find("event: reset") == std::string::npos);
}

TEST_CASE("a stream ends when its reader is banned or signs out") {
    TestServer server;
    Stream stream{server, server.bearer("kim")};
    REQUIRE(server.post("/api/v1/admin/users/kim/ban", R"({"reason":"Abuse of access"})", "ada")
                .status == 200);
    CHECK(stream.ends());
    With with;
    with.cookie = cookie_of(server.post("/api/v1/session", "{}", "piet"));
    with.headers["Sec-Fetch-Site"] = "same-origin";
    Stream signed_in{server, server.bearer("piet")};
    REQUIRE(server.request("DELETE", "/api/v1/session", with).status == 204);
    CHECK(signed_in.ends());
}

TEST_CASE("introspection tells services and parties, and nobody else") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    With with;
    with.content_type = "application/x-www-form-urlencoded";
    with.body = "token=" + started.text("delegatedToken");
    with.bearer = server.bearer("gateway", R"(,"roles":["service"])");
    const auto told = server.request("POST", "/oauth/introspect", with);
    CHECK(told.text("active") == "true");
    CHECK(told.text("act.sub") == "jan");
    CHECK(told.text("sub") == "piet");
    CHECK(told.text("ctx.tenantId") == "bureau");
    with.body += "&client_id=gateway&token_type_hint=access_token";
    CHECK(server.request("POST", "/oauth/introspect", with).body == told.body);
    with.bearer = server.bearer("olga");
    CHECK(server.request("POST", "/oauth/introspect", with).body == R"({"active":false})");
    with.bearer.clear();
    CHECK(server.request("POST", "/oauth/revoke", with).status == 200);
    with.bearer = server.bearer("jan");
    CHECK(server.request("POST", "/oauth/introspect", with).body == R"({"active":false})");
}
