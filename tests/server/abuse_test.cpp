// What may be done again and again, by anybody or with a token that is over, costs its sender.
#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* validate = "/api/v1/support-access/validate-token";
constexpr const char* sessions = "/api/v1/support-access/support-sessions/";
constexpr const char* form = "application/x-www-form-urlencoded";

std::string body_with(const std::string& token) { return R"({"token":")" + token + R"("})"; }

std::int64_t rejections(TestServer& server) {
    // A rejection is written without being waited for: what is queued before this is durable.
    server.server().application().store().write_now([](Transaction&) {});
    return server.number("SELECT COUNT(*) FROM record WHERE event = 'token_rejected'");
}

void few_attempts(Settings& settings) {
    settings.credential_burst = 3;
    settings.credentials_per_second = 0.1;
}

}  // namespace

TEST_CASE("a token that is over is on record once for each reason, however often it comes") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto token = started.text("delegatedToken");
    server.post(sessions + started.text("session.id") + "/end", "{}", "jan");
    for (int i = 0; i < 5; ++i) {
        CHECK(server.post(validate, body_with(token)).error() == "TOKEN_REVOKED");
        CHECK(rejections(server) == 1);
    }
    server.advance(2h);
    for (int i = 0; i < 5; ++i) {
        CHECK(server.post(validate, body_with(token)).error() == "TOKEN_EXPIRED");
    }
    CHECK(rejections(server) == 2);
}

TEST_CASE("who presents dead tokens without end has to wait; services and live tokens do not") {
    TestServer server{few_attempts};
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    With with;
    with.body = body_with("dead");
    for (int i = 0; i < 3; ++i) CHECK(server.request("POST", validate, with).status == 200);
    const auto limited = server.request("POST", validate, with);
    CHECK(limited.status == 429);
    CHECK(limited.headers.at("retry-after") == "10");
    CHECK(server.post(validate, body_with(started.text("delegatedToken"))).text("is_valid") ==
          "true");
    With revoke;
    revoke.content_type = form;
    revoke.body = "token=dead";
    CHECK(server.request("POST", "/oauth/revoke", revoke).status == 429);
    revoke.bearer = server.bearer("olga");
    CHECK(server.request("POST", "/oauth/introspect", revoke).status == 429);
    with.bearer = revoke.bearer = server.bearer("gateway", R"(,"roles":["service"])");
    CHECK(server.request("POST", validate, with).status == 200);
    CHECK(server.request("POST", "/oauth/introspect", revoke).status == 200);
}

TEST_CASE("all addresses of one IPv6 network share one allowance") {
    TestServer server{[](Settings& settings) {
        few_attempts(settings);
        settings.trusted_proxies = {"127.0.0.1"};
    }};
    const auto status = [&](const std::string& address) {
        With with;
        with.bearer = "wrong";
        with.headers["X-Forwarded-For"] = address;
        return server.request("GET", "/api/v1/me", with).status;
    };
    for (const char* address : {"2001:db8:1:2::1", "2001:db8:1:2::2", "2001:db8:1:2:ffff::3"}) {
        CHECK(status(address) == 401);
    }
    CHECK(status("2001:db8:1:2::4") == 429);
    CHECK(status("2001:db8:1:3::1") == 401);
    for (const char* address : {"203.0.113.7", "::ffff:203.0.113.7", "203.0.113.7"}) {
        CHECK(status(address) == 401);
    }
    CHECK(status("::ffff:203.0.113.7") == 429);
    CHECK(status("203.0.113.8") == 401);
}

TEST_CASE("a session that is over can be ended again with its token, as often as may be") {
    TestServer server{few_attempts};
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto end = sessions + started.text("session.id") + "/end";
    With with;
    with.bearer = started.text("delegatedToken");
    with.body = "{}";
    with.headers["Idempotency-Key"] = "first";
    REQUIRE(server.request("POST", end, with).text("status") == "stopped");
    const auto entries = server.number("SELECT COUNT(*) FROM record");
    const auto kept = server.number("SELECT COUNT(*) FROM kept_answers");
    for (int i = 0; i < 10; ++i) {
        with.headers["Idempotency-Key"] = "again-" + std::to_string(i);
        CHECK(server.request("POST", end, with).text("status") == "stopped");
    }
    server.advance(2h);
    CHECK(server.request("POST", end, with).text("status") == "stopped");
    CHECK(server.number("SELECT COUNT(*) FROM record") == entries);
    CHECK(server.number("SELECT COUNT(*) FROM kept_answers") == kept);
    // Forged ones are attempts, and use up the address's allowance for those; its own does not.
    auto forged = with;
    const auto signature = forged.bearer.rfind('.') + 1;
    forged.bearer[signature] = forged.bearer[signature] == 'A' ? 'B' : 'A';
    for (int i = 0; i < 3; ++i) CHECK(server.request("POST", end, forged).status == 401);
    CHECK(server.request("POST", end, forged).status == 429);
    CHECK(server.request("POST", end, with).text("status") == "stopped");
    CHECK(server.post(end, "{}", "jan").text("status") == "stopped");
}

TEST_CASE("tokens are taken from the form alone, never from the address") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto token = started.text("delegatedToken");
    With with;
    with.bearer = server.bearer("gateway", R"(,"roles":["service"])");
    with.content_type = form;
    for (const std::string body : {"", "token_type_hint=access_token", "token=other"}) {
        with.body = body;
        for (const std::string path : {"/oauth/revoke", "/oauth/introspect"}) {
            const auto refused = server.request("POST", path + "?token=" + token, with);
            CHECK(refused.status == 400);
            CHECK(refused.body.find(token) == std::string::npos);
        }
    }
    CHECK(server.post(validate, body_with(token)).text("is_valid") == "true");
    with.body = "token=" + token;
    CHECK(server.request("POST", "/oauth/introspect", with).text("active") == "true");
}

TEST_CASE("the record names who revoked a token, not whose it was") {
    TestServer server;
    Journey journey{server};
    const auto revoked_by = [&](const std::string& bearer) {
        const auto started = journey.start("jan", "piet", "bureau");
        REQUIRE(started.status == 201);
        With with;
        with.bearer = bearer == "its own" ? started.text("delegatedToken") : bearer;
        with.content_type = form;
        with.body = "token=" + started.text("delegatedToken");
        CHECK(server.request("POST", "/oauth/revoke", with).status == 200);
        const auto id = started.text("session.id");
        const auto log = server.get(sessions + id + "/audit-logs", "ada");
        const auto document = log.json();
        std::string actor = "nothing on record";
        for (auto item = document.root().find("items").first(); item; item = item.next()) {
            if (item.find("event").string() != "impersonation_ended") continue;
            actor = std::string{item.find("actorId").string().value_or("nobody")};
        }
        return actor + " " + server.get(sessions + id, "ada").text("status");
    };
    CHECK(revoked_by(server.bearer("gateway", R"(,"roles":["service"])")) == "gateway revoked");
    CHECK(revoked_by(server.bearer("piet")) == "piet revoked");
    CHECK(revoked_by(server.bearer("jan")) == "jan stopped");
    CHECK(revoked_by("its own") == "jan stopped");
    CHECK(revoked_by("") == "nobody revoked");
}

TEST_CASE("how much is going on is told to services and admins of everything alone") {
    TestServer server;
    CHECK(server.get("/metrics").status == 401);
    for (const std::string user : {"piet", "jan", "ada"}) {
        CHECK(server.get("/metrics", user).status == 403);
    }
    With with;
    with.bearer = server.bearer("prometheus", R"(,"roles":["service"])");
    const auto told = server.request("GET", "/metrics", with);
    CHECK(told.status == 200);
    CHECK(told.body.find("\nhallpass_http_connections ") != std::string::npos);
    server.server().application().store().write_now([](Transaction& transaction) {
        transaction.store().execute("UPDATE users SET all_tenants = 1 WHERE id IN ('jan', 'ada')");
    });
    CHECK(server.get("/metrics", "jan").status == 403);
    CHECK(server.get("/metrics", "ada").status == 200);
}
