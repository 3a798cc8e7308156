// Tokens that were presented before: what is remembered of them is that their signature held, and
// nothing that can change.
#include "hallpass_catch.hpp"
#include "known_texts.hpp"
#include "routes/routes.hpp"
#include "signing/key_file.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

std::string judgement(TestServer& server, const std::string& token) {
    const auto reply =
        server.post("/api/v1/support-access/validate-token", R"({"token":")" + token + R"("})");
    REQUIRE(reply.status == 200);
    return reply.text("is_valid") == "true" ? "valid" : reply.error();
}

bool active(TestServer& server, const std::string& token) {
    const auto service = server.bearer("edge", R"(,"roles":["service"])");
    With with{"token=" + token, service, {}, {}, "application/x-www-form-urlencoded"};
    return server.request("POST", "/oauth/introspect", with).text("active") == "true";
}

/// A live token that the server has seen several times, each way.
struct Seen {
    TestServer server;
    test::Reply started = Journey{server}.start("jan", "piet", "bureau");
    std::string token = started.text("delegatedToken");

    Seen() {
        for (int time = 0; time < 3; ++time) {
            REQUIRE(judgement(server, token) == "valid");
            REQUIRE(active(server, token));
        }
    }
    void check_refused(const std::string& why) {
        for (int time = 0; time < 2; ++time) {
            CHECK(judgement(server, token) == why);
            CHECK_FALSE(active(server, token));
        }
    }
};

int me(const TestServer& server, const std::string& bearer) {
    With with;
    with.bearer = bearer;
    return server.request("GET", "/api/v1/me", with).status;
}

}  // namespace

TEST_CASE("a token that was seen before is refused as soon as its session was ended") {
    Seen seen;
    const auto path =
        "/api/v1/support-access/support-sessions/" + seen.started.text("session.id") + "/end";
    REQUIRE(seen.server.post(path, R"({"reason":"completed"})", "jan").status == 200);
    seen.check_refused("TOKEN_REVOKED");
}

TEST_CASE("a token that was seen before is refused as soon as its agent was banned") {
    Seen seen;
    REQUIRE(
        seen.server.post("/api/v1/admin/users/jan/ban", R"({"reason":"left us"})", "ada").status ==
        200);
    seen.check_refused("TOKEN_REVOKED");
}

TEST_CASE("a token that was seen before is refused once it has run out") {
    Seen seen;
    seen.server.advance(24h);
    seen.check_refused("TOKEN_EXPIRED");
}

TEST_CASE("a token that was seen before is refused once its key is gone") {
    Seen seen;
    const KeyFile file{seen.server.folder().file("keys.json")};
    const auto now = SystemClock{}.now();
    std::string old;
    file.change([&](const KeyRing& ring) {
        old = ring.active().key_id();
        const auto next = SigningKey::generate(Algorithm::EdDSA);
        return ring.with(next, now).signing_with(next->key_id(), now).without(old);
    });
    seen.server.server().application().follow_keys();
    seen.check_refused("TOKEN_SIGNATURE_INVALID");
}

TEST_CASE("a token that was seen before lets nobody in with another's signature or claims") {
    Seen seen;
    auto& token = seen.token;
    const auto other = Journey{seen.server}.start("kim", "els", "bureau").text("delegatedToken");
    const auto dot = token.rfind('.');
    CHECK(judgement(seen.server, token.substr(0, dot) + other.substr(other.rfind('.'))) ==
          "TOKEN_SIGNATURE_INVALID");
    CHECK(judgement(seen.server, other.substr(0, other.rfind('.')) + token.substr(dot)) ==
          "TOKEN_SIGNATURE_INVALID");
    CHECK(judgement(seen.server, token) == "valid");
}

TEST_CASE("a token that was checked to foresee what it needs is not checked a second time") {
    Seen seen;
    auto& application = seen.server.server().application();
    for (const auto& route : token_routes()) {
        if (route.foresight == nullptr) continue;
        CAPTURE(route.pattern);
        Exchange exchange;
        exchange.route = &route;
        const auto present = [&](const std::string& token) {
            exchange.body = *json::Document::parse(R"({"token":")" + token + R"("})");
            exchange.query = {{"token", token}};
        };
        present("forged." + seen.token);
        CHECK_FALSE(route.foresight(application, exchange));
        // As it was found then: were it checked again, this one would hold.
        present(seen.token);
        Call call{application, exchange, {}, application.clock().now()};
        call.identity.service = true;
        const auto answer = application.store().read([&](Connection& store) {
            return (*std::get_if<ReadHandler>(&route.handler))(call, store);
        });
        REQUIRE(answer.ok());
        CHECK_THAT(answer->body, Catch::Matchers::Contains(":false"));
    }
}

TEST_CASE("a bearer that was seen before is judged by the clock and the directory each time") {
    TestServer server;
    const auto bearer = server.bearer("jan");
    for (int time = 0; time < 3; ++time) REQUIRE(me(server, bearer) == 200);
    REQUIRE(server.post("/api/v1/admin/users/jan/ban", R"({"reason":"left us"})", "ada").status ==
            200);
    CHECK(me(server, bearer) == 403);
    REQUIRE(server.post("/api/v1/admin/users/jan/unban", "{}", "ada").status == 200);
    REQUIRE(me(server, bearer) == 200);
    server.advance(240h);
    CHECK(me(server, bearer) == 401);
    auto forged = bearer;
    forged.back() = forged.back() == 'A' ? 'E' : 'A';
    CHECK(me(server, forged) == 401);
}

TEST_CASE("of what is known about texts the newest is kept, and no long text") {
    using Known = KnownTexts<int>;
    Known known;
    const auto text = [](std::size_t at) { return "token " + std::to_string(at); };
    constexpr std::size_t many = 5 * Known::kept_min;
    for (std::size_t at = 0; at < many; ++at) {
        known.keep(text(at), static_cast<int>(at));
        REQUIRE(known.size() <= 2 * Known::kept_min);
    }
    CHECK(known.find(text(many - 1)) == static_cast<int>(many - 1));
    CHECK_FALSE(known.find(text(0)));
    CHECK_FALSE(known.find("token"));
    known.keep(std::string(Known::text_max_bytes + 1, 'x'), 1);
    CHECK_FALSE(known.find(std::string(Known::text_max_bytes + 1, 'x')));
}
