// Cookies, their protection, Idempotency-Key, rate limits.
#include "hallpass_catch.hpp"
#include "login_cookie.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

TEST_CASE("a bearer gives a cookie, and signing out ends it") {
    TestServer server;
    const auto signed_in = server.post("/api/v1/session", "{}", "jan");
    REQUIRE(signed_in.status == 200);
    const auto& header = signed_in.headers.at("set-cookie");
    CHECK(header.find("HttpOnly") != std::string::npos);
    CHECK(header.find("SameSite=Lax") != std::string::npos);
    With with;
    with.cookie = cookie_of(signed_in);
    CHECK(server.request("GET", "/api/v1/me", with).text("id") == "jan");
    CHECK(server.number("SELECT COUNT(*) FROM logins WHERE secret_sha256 = '" + with.cookie +
                        "'") == 0);
    with.headers["Sec-Fetch-Site"] = "same-origin";
    CHECK(server.request("DELETE", "/api/v1/session", with).status == 204);
    CHECK(server.request("GET", "/api/v1/me", with).status == 401);
    CHECK(server.request("DELETE", "/api/v1/session", with).status == 204);
}

TEST_CASE("a cookie ends with its lifetime and with its user's sessions") {
    TestServer server;
    With with;
    with.cookie = cookie_of(server.post("/demo/sign-in", R"({"userId":"piet"})"));
    REQUIRE(server.request("GET", "/api/v1/me", with).status == 200);
    CHECK(
        server.get("/api/v1/admin/users/piet/sessions", "ada").json().root().find("items").size() ==
        1);
    With admin;
    admin.bearer = server.bearer("jan");
    CHECK(server.request("DELETE", "/api/v1/admin/users/piet/sessions", admin).status == 403);
    admin.bearer = server.bearer("ada");
    CHECK(server.request("DELETE", "/api/v1/admin/users/piet/sessions", admin).text("revoked") ==
          "1");
    CHECK(server.request("GET", "/api/v1/me", with).status == 401);

    with.cookie = cookie_of(server.post("/demo/sign-in", R"({"userId":"piet"})"));
    server.advance(8h);
    CHECK(server.request("GET", "/api/v1/me", with).status == 401);
}

TEST_CASE("one login of a user is ended by its id; one that is not there is not found") {
    TestServer server;
    const std::string logins = "/api/v1/admin/users/piet/sessions";
    With with;
    with.cookie = cookie_of(server.post("/demo/sign-in", R"({"userId":"piet"})"));
    cookie_of(server.post("/demo/sign-in", R"({"userId":"els"})"));
    const auto listed = server.get(logins, "ada").json();
    const auto login = std::string{*listed.root().find("items").first().find("id").string()};
    const auto others = server.get("/api/v1/admin/users/els/sessions", "ada").json();
    const auto other = std::string{*others.root().find("items").first().find("id").string()};
    With admin;
    admin.bearer = server.bearer("ada");
    const auto entries = server.number("SELECT COUNT(*) FROM record");
    for (const auto& id : {std::string{"nothing"}, other}) {
        const auto missing = server.request("DELETE", logins + "/" + id, admin);
        CHECK(missing.status == 404);
        CHECK(missing.error() == "SESSION_NOT_FOUND");
    }
    CHECK(server.number("SELECT COUNT(*) FROM record") == entries);
    CHECK(server.request("DELETE", logins + "/" + login, admin).text("revoked") == "1");
    CHECK(server.number("SELECT COUNT(*) FROM record") == entries + 1);
    CHECK(server.request("GET", "/api/v1/me", with).status == 401);
    CHECK(server.request("DELETE", logins + "/" + login, admin).status == 404);
    // All of them, where there are none, is done already.
    CHECK(server.request("DELETE", logins, admin).text("revoked") == "0");
}

TEST_CASE("with the cookie, changes come from our own pages alone") {
    TestServer server;
    With with;
    with.cookie = cookie_of(server.post("/demo/sign-in", R"({"userId":"jan"})"));
    with.body = R"({"tenantId":"de-akker","targetUserId":"piet","ticketId":"T-1",)"
                R"("reason":"The parcel does not show"})";
    const auto status = [&](std::map<std::string, std::string> headers) {
        with.headers = std::move(headers);
        return server.request("POST", "/api/v1/support-access/grants", with).status;
    };
    CHECK(status({}) == 403);
    CHECK(status({{"Sec-Fetch-Site", "cross-site"}}) == 403);
    CHECK(status({{"Sec-Fetch-Site", "same-site"}}) == 403);
    CHECK(status({{"Sec-Fetch-Site", "none"}}) == 403);
    CHECK(status({{"Origin", "https://evil.test"}}) == 403);
    CHECK(status({{"Origin", "null"}}) == 403);
    CHECK(status({{"Sec-Fetch-Site", "cross-site"}, {"Origin", server.server().address()}}) == 403);
    CHECK(server.number("SELECT COUNT(*) FROM grants") == 0);
    CHECK(status({{"Sec-Fetch-Site", "same-origin"}}) == 201);
    CHECK(status({{"Origin", server.server().address()}}) == 409);
    with.body = R"({"userId":"ada"})";
    with.headers = {{"Sec-Fetch-Site", "cross-site"}};
    CHECK(server.request("POST", "/demo/sign-in", with).status == 403);
}

TEST_CASE("an Idempotency-Key gives the same answer again, tokens included, and stores none") {
    TestServer server;
    With with;
    with.bearer = server.bearer("jan");
    with.headers["Idempotency-Key"] = "key-1";
    with.body =
        R"({"tenantId":"bureau","targetUserId":"piet","reason":"The parcel does not show"})";
    const auto first = server.request("POST", "/admin/support-access/requests", with);
    REQUIRE(first.status == 201);
    const auto again = server.request("POST", "/admin/support-access/requests", with);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.headers.at("idempotency-replayed") == "true");
    CHECK(server.number("SELECT COUNT(*) FROM sessions") == 1);
    CHECK(server.number("SELECT COUNT(*) FROM kept_answers WHERE body LIKE '%delegatedToken%'") ==
          0);
    with.body = R"({"tenantId":"bureau","targetUserId":"els","reason":"The parcel does not show"})";
    CHECK(server.request("POST", "/admin/support-access/requests", with).error() ==
          "IDEMPOTENCY_KEY_REUSED");
    with.bearer = server.bearer("kim");
    CHECK(server.request("POST", "/admin/support-access/requests", with).status == 201);
    with.headers["Idempotency-Key"] = std::string(129, 'k');
    CHECK(server.request("POST", "/admin/support-access/requests", with).status == 400);
}

TEST_CASE("who tries credentials without end has to wait") {
    TestServer server{[](Settings& settings) {
        settings.credential_burst = 5;
        settings.credentials_per_second = 0.1;
    }};
    With with;
    with.bearer = "wrong";
    for (int i = 0; i < 5; ++i) CHECK(server.request("GET", "/api/v1/me", with).status == 401);
    const auto limited = server.request("GET", "/api/v1/me", with);
    CHECK(limited.status == 429);
    CHECK(limited.error() == "RATE_LIMITED");
    CHECK(limited.headers.at("retry-after") == "10");
    CHECK(server.get("/healthz").status == 200);
}

TEST_CASE("without --demo there is no demo sign-in and no clock to move") {
    TestServer server{[](Settings& settings) { settings.demo = false; }};
    CHECK(server.post("/demo/sign-in", R"({"userId":"ada"})").status == 404);
    CHECK(server.post("/demo/clock", R"({"advanceSeconds":1})").status == 404);
    CHECK(server.get("/demo/people").status == 404);
}

TEST_CASE("a cookie is for HTTPS alone, except in the demo") {
    const auto cookie = [](bool demo, const std::string& public_url) {
        TestServer server{[&](Settings& settings) {
            settings.demo = demo;
            settings.public_url = public_url;
        }};
        return server.post("/api/v1/session", "{}", "jan").headers.at("set-cookie");
    };
    CHECK(cookie(false, "").find("; Secure") != std::string::npos);
    CHECK(cookie(false, "http://127.0.0.1:8787").find("; Secure") != std::string::npos);
    CHECK(cookie(true, "https://help.example").find("; Secure") != std::string::npos);
    CHECK(cookie(true, "").find("; Secure") == std::string::npos);
}

TEST_CASE("where the public address is HTTPS, a page in the clear is not our own") {
    TestServer server{[](Settings& settings) { settings.public_url = "https://help.example"; }};
    With with;
    with.cookie = cookie_of(server.post("/api/v1/session", "{}", "piet"));
    with.body = "{}";
    const auto host = "127.0.0.1:" + std::to_string(server.port());
    const auto status = [&](const std::string& origin) {
        with.headers = {{"Origin", origin}};
        return server.request("PATCH", "/api/v1/me", with).status;
    };
    CHECK(status("http://" + host) == 403);
    CHECK(status("http://help.example") == 403);
    CHECK(status("https://" + host) == 204);
    CHECK(status("https://help.example") == 204);
}

TEST_CASE("what the tenants' policies allow is told to who must choose within it") {
    TestServer server;
    const auto me = server.get("/api/v1/me", "jan").json();
    int seen = 0;
    for (auto tenant = me.root().find("tenants").first(); tenant; tenant = tenant.next()) {
        const auto policy = tenant.find("policy");
        CHECK(policy.find("profile").string() == tenant.find("profile").string());
        if (tenant.find("id").string() == "dicht") {
            CHECK(policy.find("actAsEnabled").boolean() == false);
            CHECK(policy.find("ttlMaxMinutes").integer() == 60);
        }
        ++seen;
    }
    CHECK(seen == 5);
}

TEST_CASE("in the demo, a name that somebody else may point here is refused") {
    TestServer server{[](Settings& settings) { settings.public_url = "http://Demo.example:8080"; }};
    const auto status = [&](const std::string& host) {
        With with;
        with.headers["Host"] = host;
        return server.request("GET", "/demo/people", with).status;
    };
    for (const char* host : {"evil.test", "evil.test:8787", "127.0.0.1.evil.test", "localhost.evil",
                             "demo.example.evil", "[evil]"}) {
        INFO(host);
        CHECK(status(host) == 403);
    }
    for (const char* host : {"127.0.0.1", "127.0.0.1:1", "[::1]:8787", "LocalHost:80",
                             "demo.example", "DEMO.example:1"}) {
        INFO(host);
        CHECK(status(host) == 200);
    }
    With with;
    with.headers["Host"] = "evil.test";
    with.body = R"({"userId":"ada"})";
    CHECK(server.request("POST", "/demo/sign-in", with).status == 403);
}
