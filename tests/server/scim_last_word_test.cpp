// An import and an identity provider speak of the same people: the last word of either counts.
#include <sstream>

#include "directory/import.hpp"
#include "hallpass_catch.hpp"
#include "scim_client.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

void import_line(TestServer& server, const std::string& line) {
    std::istringstream lines{line};
    auto& application = server.server().application();
    REQUIRE(import_directory(application.store(), application.zones(), application.roles(), lines)
                .ok());
}

/// Each way in which a provider says no.
void switch_off(const ScimClient& scim, const std::string& id, const std::string& how) {
    if (how == "patch") {
        CHECK(scim.activate(id, false).text("active") == "false");
    } else if (how == "delete") {
        CHECK(scim.ask("DELETE", users_url + "/" + id).status == 204);
    } else {
        const auto put =
            scim.ask("PUT", users_url + "/" + id,
                     R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" +
                         id + R"(","active":false})");
        CHECK(put.text("active") == "false");
    }
}

}  // namespace

TEST_CASE("whom an import let in again, the provider switches off again") {
    for (const std::string how : {"patch", "put", "delete"}) {
        INFO(how);
        TestServer server{[](Settings& settings) { provision(settings, "elders"); }};
        const ScimClient scim{server, provisioning_token("elders")};
        REQUIRE(scim.create("ans", R"(,"emails":[{"value":"ans@elders.nl"}])").status == 201);
        REQUIRE(scim.activate("ans", false).status == 200);
        import_line(
            server,
            R"({"type":"user","id":"ans","name":"Ans","email":"ans@elders.nl","active":true})");
        REQUIRE(server.get("/api/v1/me", "ans").status == 200);
        CHECK(scim.get("ans").text("active") == "true");

        switch_off(scim, "ans", how);
        CHECK(server.get("/api/v1/me", "ans").status == 403);
        CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'user_deactivated'") == 2);
        if (how == "delete") continue;
        // Once more changes nothing, and the provider's yes brings them back.
        switch_off(scim, "ans", how);
        CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'user_deactivated'") == 2);
        CHECK(scim.activate("ans", true).text("active") == "true");
        CHECK(server.get("/api/v1/me", "ans").status == 200);
    }
}

TEST_CASE("the place of a shared account that an import gave back, the provider takes again") {
    for (const std::string how : {"patch", "put", "delete"}) {
        INFO(how);
        TestServer server{
            [](Settings& settings) { provision(settings, "elders", ",roles=helpdeskAgent"); }};
        const ScimClient scim{server, provisioning_token("elders")};
        REQUIRE(scim.create("olga", R"(,"emails":[{"value":"olga@elders.nl"}])").status == 201);
        import_line(server, R"({"type":"membership","tenantId":"hulp","userId":"olga"})");
        const auto in_elders = [&] {
            return server.get("/api/v1/me", "olga").text("tenants").find("elders") !=
                   std::string::npos;
        };
        REQUIRE(scim.activate("olga", false).text("active") == "false");
        REQUIRE_FALSE(in_elders());
        import_line(server, R"({"type":"membership","tenantId":"elders","userId":"olga"})");
        REQUIRE(in_elders());
        CHECK(scim.get("olga").text("active") == "true");

        switch_off(scim, "olga", how);
        CHECK_FALSE(in_elders());
        CHECK(server.get("/api/v1/me", "olga").status == 200);
    }
}

TEST_CASE("who was switched off and is shared since stays off, until the provider says yes") {
    TestServer server{[](Settings& settings) { provision(settings, "elders"); }};
    const ScimClient scim{server, provisioning_token("elders")};
    REQUIRE(scim.create("ans", R"(,"emails":[{"value":"ans@elders.nl"}])").status == 201);
    REQUIRE(scim.activate("ans", false).status == 200);
    import_line(server, R"({"type":"membership","tenantId":"hulp","userId":"ans"})");
    CHECK(scim.get("ans").text("active") == "false");
    CHECK(scim.activate("ans", false).text("active") == "false");
    CHECK(server.get("/api/v1/me", "ans").status == 403);
    CHECK(scim.activate("ans", true).text("active") == "true");
    CHECK(server.get("/api/v1/me", "ans").status == 200);

    // Deleted, no place is left behind that an import would open by the way.
    REQUIRE(scim.create("bob", R"(,"emails":[{"value":"bob@elders.nl"}])").status == 201);
    REQUIRE(scim.activate("bob", false).status == 200);
    import_line(server, R"({"type":"membership","tenantId":"hulp","userId":"bob"})");
    CHECK(scim.ask("DELETE", users_url + "/bob").status == 204);
    CHECK(server.number("SELECT COUNT(*) FROM memberships WHERE user_id = 'bob' AND"
                        " tenant_id = 'elders'") == 0);
}
