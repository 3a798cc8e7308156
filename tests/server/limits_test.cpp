// How much one caller may change, and how often one user may be troubled, whoever does it.
#include <netinet/tcp.h>

#include "event_stream.hpp"
#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using namespace std::chrono_literals;

namespace {

constexpr const char* grants = "/api/v1/support-access/grants";
constexpr const char* sessions = "/api/v1/support-access/support-sessions/";

/// Everything that a change could leave behind.
std::int64_t rows(TestServer& server) {
    std::int64_t all = 0;
    for (const std::string table :
         {"record", "grants", "sessions", "tokens", "messages", "kept_answers"}) {
        all += server.number("SELECT COUNT(*) FROM " + table);
    }
    return all;
}

test::Reply ask(TestServer& server, const std::string& ticket, const std::string& agent,
                const std::string& user = "piet", const std::string& tenant = "de-akker") {
    return server.post(grants,
                       R"({"tenantId":")" + tenant + R"(","targetUserId":")" + user +
                           R"(","ticketId":")" + ticket +
                           R"(","reason":"The parcel does not show"})",
                       agent);
}

void check_limited(const test::Reply& reply, const std::string& wait) {
    CHECK(reply.status == 429);
    CHECK(reply.error() == "RATE_LIMITED");
    CHECK(reply.headers.at("content-type") == "application/problem+json");
    CHECK(reply.headers.at("retry-after") == wait);
}

}  // namespace

TEST_CASE("who changes without end has to wait; others do not, and reading goes on") {
    TestServer server{[](Settings& settings) { settings.allowances.changes = {3, 0.1}; }};
    With with;
    with.body = R"({"timeZone":"Europe/Amsterdam"})";
    with.bearer = server.bearer("jan");
    for (int i = 0; i < 2; ++i) CHECK(server.request("PATCH", "/api/v1/me", with).status == 204);
    // What is refused counts too, and a login is no other caller.
    CHECK(ask(server, "T-1", "jan", "nobody").status == 404);
    const auto before = rows(server);
    check_limited(server.request("PATCH", "/api/v1/me", with), "10");
    check_limited(ask(server, "T-1", "jan"), "10");
    check_limited(server.post("/api/v1/session", "{}", "jan"), "10");
    CHECK(rows(server) == before);
    CHECK(server.get("/api/v1/me", "jan").status == 200);
    CHECK(ask(server, "T-1", "kim").status == 201);
    server.advance(10s);
    CHECK(ask(server, "T-1", "jan").status == 201);
    check_limited(ask(server, "T-2", "jan"), "10");
}

TEST_CASE("no allowance stands in the way of who ends an access") {
    TestServer server{[](Settings& settings) { settings.allowances.changes = {3, 0.01}; }};
    Journey journey{server};
    const auto pending = journey.request_grant("T-2");
    const auto started = journey.start("jan", "piet", "bureau");
    const auto declined = journey.request_grant("T-3");
    const auto token = started.text("delegatedToken");
    CHECK(ask(server, "T-4", "jan").status == 429);
    CHECK(server.post(std::string{grants} + "/" + pending + "/withdraw", "{}", "jan").status ==
          200);
    With form;
    form.content_type = "application/x-www-form-urlencoded";
    form.body = "token=" + token;
    form.bearer = server.bearer("jan");
    CHECK(server.request("POST", "/oauth/revoke", form).status == 200);
    CHECK(server.post(sessions + started.text("session.id") + "/end", "{}", "jan").status == 200);

    const std::string standing = std::string{grants} + "/standing";
    const auto open =
        server.post(standing, R"({"tenantId":"de-akker","preset":"one_week"})", "piet");
    REQUIRE(open.status == 201);
    With me;
    me.bearer = server.bearer("piet");
    me.body = "{}";
    for (int i = 0; i < 2; ++i) server.request("PATCH", "/api/v1/me", me);
    REQUIRE(server.request("PATCH", "/api/v1/me", me).status == 429);
    for (const auto& path : {open.text("id") + "/revoke", declined + "/decline"}) {
        CHECK(server.post(std::string{grants} + "/" + path, "{}", "piet").status == 200);
    }
}

TEST_CASE("services and act-as sessions have allowances of their own") {
    TestServer server{[](Settings& settings) {
        settings.allowances.changes = {2, 0.1};
        settings.allowances.service_changes = {3, 0.1};
    }};
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto report = sessions + started.text("session.id") + "/audit-logs";
    With with;
    with.body = R"({"events":[{"method":"GET","resourceType":"parcels"}]})";
    const auto status = [&](const std::string& bearer) {
        with.bearer = bearer;
        return server.request("POST", report, with).status;
    };
    const auto token = started.text("delegatedToken");
    for (int i = 0; i < 2; ++i) CHECK(status(token) == 202);
    CHECK(status(token) == 429);
    const auto service = [&](const std::string& name) {
        return server.bearer(name, R"(,"roles":["service"])");
    };
    for (int i = 0; i < 3; ++i) CHECK(status(service("gateway")) == 202);
    CHECK(status(service("gateway")) == 429);
    CHECK(status(service("application")) == 202);
    CHECK(ask(server, "T-1", "jan").status == 201);
    CHECK(ask(server, "T-2", "jan").status == 429);
}

TEST_CASE("one user is asked for consent only so often, whoever asks") {
    TestServer server{[](Settings& settings) { settings.allowances.requests = {2, 1.0 / 600}; }};
    // What is refused anyway asks nobody.
    CHECK(ask(server, "T-1", "piet").status == 403);
    CHECK(ask(server, "T-1", "jan", "nobody").status == 404);
    CHECK(ask(server, "T-1", "jan").status == 201);
    CHECK(ask(server, "T-1", "jan").error() == "OPEN_REQUEST_EXISTS");
    CHECK(ask(server, "T-1", "kim").status == 201);
    const auto before = rows(server);
    check_limited(ask(server, "T-2", "jan"), "600");
    check_limited(ask(server, "T-2", "kim"), "600");
    CHECK(rows(server) == before);
    CHECK(ask(server, "T-2", "jan", "els").status == 201);
    CHECK(ask(server, "T-2", "jan", "piet", "hulp").status == 201);
    server.advance(600s);
    CHECK(ask(server, "T-2", "jan").status == 201);
    check_limited(ask(server, "T-3", "jan"), "600");
}

TEST_CASE("who may not see a user does not learn that they were asked too often") {
    TestServer server{[](Settings& settings) { settings.allowances.requests = {1, 0.001}; }};
    REQUIRE(ask(server, "T-1", "olga", "otto", "elders").status == 201);
    REQUIRE(ask(server, "T-2", "olga", "otto", "elders").status == 429);
    const auto hidden = ask(server, "T-1", "jan", "otto", "elders");
    CHECK(hidden.status == 404);
    CHECK(hidden.body == ask(server, "T-1", "jan", "otto", "elders").body);
    const auto elsewhere = ask(server, "T-1", "jan", "otto");
    CHECK(elsewhere.error() == "USER_NOT_FOUND");
    // An agent whom the tenant knows gets the answer of the first check that fails, not of this
    // one.
    CHECK(ask(server, "T-1", "olga", "otto", "elders").error() == "OPEN_REQUEST_EXISTS");
}

TEST_CASE("sessions about one user are started only so often, whoever starts them") {
    TestServer server{[](Settings& settings) { settings.allowances.starts = {2, 1.0 / 60}; }};
    Journey journey{server};
    const auto start_and_end = [&](const std::string& agent, const std::string& user) {
        const auto started = journey.start(agent, user, "bureau");
        if (started.status != 201) return started;
        CHECK(server.post(sessions + started.text("session.id") + "/end", "{}", agent).status ==
              200);
        return started;
    };
    CHECK(journey.start("jan", "piet").error() == "CONSENT_REQUIRED");
    CHECK(start_and_end("jan", "piet").status == 201);
    CHECK(start_and_end("kim", "piet").status == 201);
    const auto before = rows(server);
    for (const auto* agent : {"jan", "kim"}) check_limited(start_and_end(agent, "piet"), "60");
    CHECK(rows(server) == before);
    CHECK(journey.start("olga", "piet", "bureau").status == 404);
    CHECK(start_and_end("jan", "els").status == 201);
    server.advance(60s);
    CHECK(start_and_end("jan", "piet").status == 201);
}

TEST_CASE("one user has only so many streams of events, and those that end make room") {
    TestServer server{[](Settings& settings) { settings.allowances.streams_of_a_user = 2; }};
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    Stream first{server, server.bearer("jan")};
    {
        Stream second{server, server.bearer("jan")};
        check_limited(server.get("/api/v1/events", "jan"), "10");
        With head;
        head.bearer = server.bearer("jan");
        CHECK(server.request("HEAD", "/api/v1/events", head).status == 429);
        Stream other{server, server.bearer("kim")};
        Stream acting{server, started.text("delegatedToken")};
    }
    auto& hub = server.server().application().events();
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    while (hub.size() > 1 && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    With head;
    head.bearer = server.bearer("jan");
    // What holds no stream uses none up.
    for (int i = 0; i < 3; ++i) CHECK(server.request("HEAD", "/api/v1/events", head).status == 200);
    Stream again{server, server.bearer("jan")};
    CHECK(server.get("/api/v1/events", "jan").status == 429);
}

TEST_CASE("a connection whose client vanished does not keep its place for long") {
    TestServer server;
    boost::asio::io_context io;
    boost::asio::ip::tcp::socket client{io};
    client.connect({boost::asio::ip::make_address("127.0.0.1"), server.port()});
    const auto own_port = client.local_endpoint().port();
    boost::asio::write(client, boost::asio::buffer(std::string{"GET / HTTP/1.1\r\n\r\n"}));
    std::string answer(1, ' ');
    boost::asio::read(client, boost::asio::buffer(answer));  // it was accepted by now
    // No packet of this machine gets lost: what the server told the kernel is all there is to see.
    unsigned limit = 0;
    for (int each = 0; each < 4096; ++each) {
        sockaddr_in peer{};
        socklen_t size = sizeof peer;
        if (::getpeername(each, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
        if (peer.sin_family != AF_INET || ntohs(peer.sin_port) != own_port) continue;
        size = sizeof limit;
        REQUIRE(::getsockopt(each, IPPROTO_TCP, TCP_USER_TIMEOUT, &limit, &size) == 0);
    }
    CHECK(limit == 30'000);
}

TEST_CASE("streams that the server ends make room as well") {
    TestServer server{[](Settings& settings) { settings.allowances.streams_of_a_user = 1; }};
    With ban;
    ban.bearer = server.bearer("ada");
    for (int i = 0; i < 3; ++i) {
        Stream stream{server, server.bearer("jan")};
        ban.body = R"({"reason":"a reason"})";
        REQUIRE(server.request("POST", "/api/v1/admin/users/jan/ban", ban).status == 200);
        CHECK(stream.ends());
        ban.body = "{}";
        REQUIRE(server.request("POST", "/api/v1/admin/users/jan/unban", ban).status == 200);
    }
    Stream stream{server, server.bearer("jan")};
    CHECK(server.get("/api/v1/events", "jan").status == 429);
    server.server().application().events().close_all();
    CHECK(stream.ends());
    Stream again{server, server.bearer("jan")};
}

TEST_CASE("an allowance is written as a burst and a pace") {
    const auto is = [](const char* text, double burst, double per_second) {
        const auto allowance = Allowance::parse(text);
        return allowance.burst == Approx(burst) && allowance.per_second == Approx(per_second);
    };
    CHECK(is("600+10/s", 600, 10));
    CHECK(is("5+30/m", 5, 0.5));
    CHECK(is("20+6/h", 20, 1.0 / 600));
    CHECK(is("1+0.5/h", 1, 1.0 / 7'200));
    RateLimiter boundless{Allowance::parse("unlimited").burst, 1};
    for (int i = 0; i < 1'000; ++i) CHECK(boundless.take("anybody", {}) == 0s);
    for (const auto* wrong :
         {"", "600", "600+10", "+10/s", "600+/s", "600+10/d", "600+10/", "0+1/s", "1+0/s", "-1+1/s",
          "1+-1/s", "1e9+1/s", "nan+1/s", "inf+1/s", "1+1/s ", " 1+1/s", "1/s+1", "Unlimited"}) {
        INFO(wrong);
        CHECK_THROWS_WITH(Allowance::parse(wrong), Contains("BURST+COUNT/s"));
    }
    const auto refused = hallpassd({"serve", "--check", "--request-limit", "often"});
    CHECK(refused.exit_code == 1);
    CHECK_THAT(refused.output, Contains("BURST+COUNT/s"));
}
