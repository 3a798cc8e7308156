// Who may not see a thing gets the same answer as for a thing that is not there.
#include <sstream>

#include "directory/import.hpp"
#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server::test;

TEST_CASE("grants, sessions, logs and tickets are hidden from whom they do not concern") {
    TestServer server;
    Journey journey{server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    const auto started = journey.start("jan", "piet", "de-akker", R"(,"ticketId":"T-1")");
    REQUIRE(started.status == 201);
    const auto session = "/api/v1/support-access/support-sessions/" + started.text("session.id");
    const std::string paths[] = {"/api/v1/support-access/grants/" + grant, session,
                                 session + "/audit-logs"};
    for (const auto& path : paths) {
        INFO(path);
        for (const std::string user : {"piet", "jan", "ada"})
            CHECK(server.get(path, user).status == 200);
        auto missing = path;
        missing.replace(missing.find('_') + 1, 22, "AAAAAAAAAAAAAAAAAAAAAA");
        for (const std::string user : {"els", "kim", "otto", "olga"}) {
            INFO(user);
            const auto hidden = server.get(path, user);
            CHECK(hidden.status == 404);
            CHECK(hidden.body == server.get(missing, user).body);
        }
    }
    const auto items = [&](const std::string& path, const std::string& user) {
        const auto reply = server.get(path, user);
        CHECK(reply.status == 200);
        return reply.json().root().find("items").size();
    };
    for (const std::string path :
         {"/api/v1/support-access/grants", "/api/v1/support-access/support-sessions/active",
          "/api/v1/tickets/T-1/activity"}) {
        INFO(path);
        for (const std::string user : {"piet", "jan", "ada"}) CHECK(items(path, user) > 0);
        for (const std::string user : {"els", "kim", "otto", "olga"}) CHECK(items(path, user) == 0);
    }
    CHECK(items("/api/v1/me/sessions", "piet") == 1);
    CHECK(items("/api/v1/me/sessions", "jan") == 0);
}

TEST_CASE("an act-as token opens its own session and nothing else") {
    TestServer server;
    Journey journey{server};
    const auto started = journey.start("jan", "piet", "bureau");
    const auto other = journey.start("kim", "els", "bureau");
    const std::string base = "/api/v1/support-access/support-sessions/";
    With with;
    with.bearer = started.text("delegatedToken");
    CHECK(server.request("GET", base + started.text("session.id"), with).status == 200);
    CHECK(server.request("GET", base + other.text("session.id"), with).status == 404);
    with.body = "{}";
    CHECK(server.request("POST", base + other.text("session.id") + "/end", with).status == 404);
    CHECK(server.request("POST", base + other.text("session.id") + "/audit-logs", with).status ==
          404);
    with.body.clear();
    for (const std::string path :
         {"/api/v1/me", "/api/v1/admin/users", "/api/v1/support-access/grants"}) {
        CHECK(server.request("GET", path, with).error() == "NESTED_IMPERSONATION");
    }
}

TEST_CASE("users are listed for staff, within their tenants") {
    TestServer server;
    CHECK(server.get("/api/v1/admin/users", "piet").error() == "FORBIDDEN");
    const auto page = server.get("/api/v1/admin/users?search=Piet", "jan");
    CHECK(page.json().root().find("items").size() == 1);
    CHECK(server.get("/api/v1/admin/users?search=%25", "jan").json().root().find("items").size() ==
          0);
    CHECK(server.get("/api/v1/admin/users?search=otto", "ada").json().root().find("items").size() ==
          0);
    CHECK(server.get("/api/v1/admin/users/otto", "ada").error() == "USER_NOT_FOUND");
    CHECK(server.post("/api/v1/admin/users/piet/role", R"({"role":"helpdeskAdmin"})", "jan")
              .error() == "FORBIDDEN");
    std::size_t seen = 0;
    std::string path = "/api/v1/admin/users?limit=2";
    while (!path.empty()) {
        const auto part = server.get(path, "ada");
        seen += part.json().root().find("items").size();
        const auto next = part.text("nextCursor");
        path = next == "null" ? "" : "/api/v1/admin/users?limit=2&cursor=" + next;
    }
    CHECK(seen == 6);
    // A role's name is one name, on either database.
    const auto of_role = [&](const std::string& role) {
        const auto reply = server.get("/api/v1/admin/users?role=" + role, "ada");
        return reply.json().root().find("items").size();
    };
    CHECK(of_role("helpdeskAgent") == 2);
    CHECK(of_role("HELPDESKAGENT") == 0);
    CHECK(of_role("helpdeskAgen_") == 0);
    CHECK(of_role("helpdesk") == 0);
    CHECK(of_role("") == 0);
}

TEST_CASE("an admin of other tenants sees nobody's address in a ticket of one left behind") {
    TestServer server;
    const auto member = [&](const std::string& more) {
        std::istringstream lines{R"({"type":"membership","tenantId":"elders","userId":"ada")" +
                                 more + "}"};
        auto& application = server.server().application();
        REQUIRE(
            import_directory(application.store(), application.zones(), application.roles(), lines)
                .ok());
    };
    member("");
    Journey journey{server};
    journey.consent(journey.request_grant("T-1", "ada", "otto", "elders"), "otto");
    const auto addresses = [&] {
        const auto reply = server.get("/api/v1/tickets/T-1/activity", "ada");
        REQUIRE(reply.json().root().find("items").size() >= 2);
        return reply.body.find("127.0.0.1") != std::string::npos;
    };
    CHECK(addresses());
    member(R"(,"removed":true)");
    CHECK_FALSE(addresses());
}

TEST_CASE(
    "a tenant that an admin does not work for is neither listed nor reached through a shared "
    "user") {
    TestServer server;
    std::istringstream lines{
        R"({"type":"membership","tenantId":"elders","userId":"els","scopes":[]})"};
    auto& application = server.server().application();
    REQUIRE(import_directory(application.store(), application.zones(), application.roles(), lines)
                .ok());
    const auto found = server.get("/api/v1/admin/users?tenantId=elders&search=els", "ada");
    CHECK(found.status == 200);
    CHECK(found.json().root().find("items").size() == 0);
    CHECK(server.get("/api/v1/admin/users?tenantId=elders", "olga")
              .json()
              .root()
              .find("items")
              .size() == 3);
    // An account is one thing in all its tenants: who answers for some of them neither bans it nor
    // looks at its logins.
    REQUIRE(server.post("/demo/sign-in", R"({"userId":"els"})").status == 200);
    const std::string els = "/api/v1/admin/users/els";
    const std::string ban = R"({"reason":"Abuse of access"})";
    With with;
    for (const std::string user : {"ada", "jan"}) {
        with.bearer = server.bearer(user);
        CHECK(server.post(els + "/ban", ban, user).error() == "FORBIDDEN");
        CHECK(server.post(els + "/unban", "{}", user).error() == "FORBIDDEN");
        CHECK(server.get(els + "/sessions", user).error() == "FORBIDDEN");
        CHECK(server.request("DELETE", els + "/sessions", with).error() == "FORBIDDEN");
        CHECK(server.get(els, user).status == 200);
    }
    CHECK(server.number("SELECT COUNT(*) FROM logins") == 1);
    server.server().application().store().write_now([](hallpass::server::Transaction& transaction) {
        transaction.store().execute("UPDATE users SET all_tenants = 1 WHERE id = 'ada'");
    });
    CHECK(server.get(els + "/sessions", "ada").status == 200);
    CHECK(server.post(els + "/ban", ban, "ada").status == 200);
    CHECK(server.post(els + "/unban", "{}", "ada").status == 200);
    server.server().application().store().write_now([](hallpass::server::Transaction& transaction) {
        transaction.store().execute("UPDATE users SET all_tenants = 0 WHERE id = 'ada'");
    });
    const std::string role = R"({"role":"helpdeskAdmin"})";
    CHECK(server.post("/api/v1/admin/users/els/role", role, "ada").error() == "FORBIDDEN");
    CHECK(server.post("/api/v1/admin/users/stil/role", role, "ada").status == 200);
}

TEST_CASE("a provider's own act-as token neither consents nor reads") {
    TestServer server;
    Journey journey{server};
    const auto grant = "/api/v1/support-access/grants/" + journey.request_grant();
    With with;
    with.bearer = server.bearer("piet", R"(,"act":{"sub":"jan"})");
    for (const std::string& path :
         {grant, std::string{"/api/v1/me"}, std::string{"/api/v1/events"}}) {
        CHECK(server.request("GET", path, with).error() == "NESTED_IMPERSONATION");
    }
    with.body = "{}";
    CHECK(server.request("POST", grant + "/grant", with).error() == "NESTED_IMPERSONATION");
    CHECK(server.number("SELECT COUNT(*) FROM grants WHERE status = 'pending'") == 1);
}

TEST_CASE("an act-as token is not answered with what its agent's key was answered with") {
    TestServer server;
    With with;
    with.bearer = server.bearer("jan");
    with.body =
        R"({"tenantId":"bureau","targetUserId":"piet","reason":"The parcel does not show"})";
    with.headers["Idempotency-Key"] = "once";
    const std::string path = "/admin/support-access/requests";
    const auto started = server.request("POST", path, with);
    REQUIRE(started.status == 201);
    CHECK(server.request("POST", path, with).headers.count("idempotency-replayed") == 1);
    with.bearer = started.text("delegatedToken");
    CHECK(server.request("POST", path, with).error() == "NESTED_IMPERSONATION");
    with.bearer = server.bearer("jan", R"(,"act_as":true)");
    CHECK(server.request("POST", path, with).error() == "NESTED_IMPERSONATION");
}
