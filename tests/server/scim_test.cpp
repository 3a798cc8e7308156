// An identity provider keeps its tenant's users by SCIM: their whole life, and what ends with it.
#include <sstream>

#include "directory/import.hpp"
#include "event_stream.hpp"
#include "hallpass_catch.hpp"
#include "scim_client.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

void elders(Settings& settings) { provision(settings, "elders", ",roles=user,helpdeskAgent"); }

ScimClient client_of(TestServer& server, const std::string& tenant = "elders") {
    return {server, provisioning_token(tenant)};
}

std::int64_t recorded(TestServer& server, const std::string& where) {
    return server.number("SELECT COUNT(*) FROM record WHERE " + where);
}

/// Olga acts as Otto in the tenant that is theirs alone. @returns the 201 answer
test::Reply olga_acts(TestServer& server) {
    Journey journey{server};
    journey.consent(journey.request_grant("T-1", "olga", "otto", "elders"), "otto");
    auto started = journey.start("olga", "otto", "elders", R"(,"ticketId":"T-1")");
    REQUIRE(started.status == 201);
    return started;
}

std::string validity_of(TestServer& server, const test::Reply& started) {
    const auto reply = server.post("/api/v1/support-access/validate-token",
                                   R"({"token":")" + started.text("delegatedToken") + R"("})");
    return reply.text("is_valid") == "true" ? "valid" : reply.error();
}

}  // namespace

TEST_CASE("a provisioned user comes, changes, goes and comes back, each on record") {
    TestServer server{elders};
    const auto scim = client_of(server);
    const auto made = scim.create(
        "nora@elders.nl",
        R"(,"name":{"givenName":"Nora","familyName":"Vos"},"timezone":"europe/amsterdam",)"
        R"("externalId":"ext-1","emails":[{"value":"nora@mail.nl","type":"work","primary":true}])");
    INFO(made.body);
    REQUIRE(made.status == 201);
    CHECK(made.headers.at("content-type") == "application/scim+json");
    CHECK(made.headers.at("location").ends_with("/scim/v2/Users/nora%40elders.nl"));
    CHECK(made.text("meta.location") == made.headers.at("location"));
    CHECK(made.text("active") == "true");
    CHECK(made.text("emails").find("nora@mail.nl") != std::string::npos);

    const auto me = server.get("/api/v1/me", "nora@elders.nl");
    CHECK(me.text("name") == "Nora Vos");
    CHECK(me.text("roles") == R"(["user"])");
    CHECK(me.text("timeZone") == "Europe/Amsterdam");
    CHECK(me.text("tenants").find("elders") != std::string::npos);

    const auto id = std::string{"nora%40elders.nl"};
    CHECK(scim.get(id).body == made.body);
    for (const std::string filter :
         {"userName%20eq%20%22NORA@elders.nl%22", "externalId+eq+%22ext-1%22",
          "ID%20EQ%20%22nora@elders.nl%22",
          "urn:ietf:params:scim:schemas:core:2.0:User:userName%20eq%20%22nora@elders.nl%22"}) {
        const auto found = scim.ask("GET", users_url + "?filter=" + filter);
        INFO(filter);
        CHECK(found.text("totalResults") == "1");
        CHECK(found.text("Resources") == "[" + made.body + "]");
    }

    CHECK(scim.patch(id, R"({"op":"replace","path":"displayName","value":"Nora V."},)"
                         R"({"op":"add","path":"urn:ietf:params:scim:schemas:extension:hallpass:)"
                         R"(2.0:User:scopes","value":["parcels:read","cases:read"]})")
              .status == 200);
    CHECK(server.get("/api/v1/me", "nora@elders.nl").text("name") == "Nora V.");
    CHECK(server.number("SELECT COUNT(*) FROM memberships WHERE user_id = 'nora@elders.nl' AND"
                        " tenant_id = 'elders' AND scopes = 'cases:read parcels:read'") == 1);

    CHECK(scim.activate(id, false).text("active") == "false");
    CHECK(server.get("/api/v1/me", "nora@elders.nl").status == 403);
    CHECK(scim.get(id).text("active") == "false");
    CHECK(scim.activate(id, true).status == 200);
    CHECK(server.get("/api/v1/me", "nora@elders.nl").status == 200);

    const auto removed = scim.ask("DELETE", users_url + "/" + id);
    CHECK(removed.status == 204);
    CHECK(removed.body.empty());
    CHECK(scim.get(id).status == 404);
    CHECK(scim.ask("DELETE", users_url + "/" + id).status == 404);
    CHECK(scim.ask("GET", users_url).text("totalResults") == "0");
    CHECK(server.get("/api/v1/me", "nora@elders.nl").status == 403);
    const auto again = scim.create("nora@elders.nl");
    CHECK(again.status == 201);
    CHECK(again.text("active") == "true");
    CHECK(server.get("/api/v1/me", "nora@elders.nl").status == 200);

    const std::string own =
        "actor_id = 'provisioning:elders' AND subject_id = 'nora@elders.nl'"
        " AND tenant_id = 'elders' AND metadata LIKE '%provisioning%' AND ";
    CHECK(recorded(server, own + "event = 'user_provisioned'") == 6);
    CHECK(recorded(server, own + "event = 'user_deactivated'") == 2);
    CHECK(recorded(server, own + "event = 'user_activated'") == 2);
    CHECK(recorded(server, own + "event = 'membership_changed'") == 1);
}

TEST_CASE("who is switched off acts no more, and is acted for no more, at once") {
    for (const std::string who : {"olga", "otto"}) {
        for (const std::string how : {"patch", "put", "delete"}) {
            INFO(who << " by " << how);
            TestServer server{elders};
            const auto scim = client_of(server);
            REQUIRE(
                scim.create(who, R"(,"emails":[{"value":")" + who + R"(@elders.nl"}])").status ==
                201);
            const auto started = olga_acts(server);
            REQUIRE(validity_of(server, started) == "valid");
            With bearer;
            bearer.bearer = server.bearer(who);
            const auto signed_in = server.request("POST", "/api/v1/session", bearer);
            const auto cookie = signed_in.headers.at("set-cookie");
            With with_cookie;
            with_cookie.cookie = cookie.substr(17, cookie.find(';') - 17);
            REQUIRE(server.request("GET", "/api/v1/me", with_cookie).status == 200);
            const auto list = server.get("/status/1").headers.at("etag");
            Stream otto{server, server.bearer("otto")};

            if (how == "patch") REQUIRE(scim.activate(who, false).status == 200);
            if (how == "delete") {
                REQUIRE(scim.ask("DELETE", users_url + "/" + who).status == 204);
            }
            if (how == "put") {
                const auto put = scim.ask(
                    "PUT", users_url + "/" + who,
                    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" +
                        who + R"(","active":false})");
                INFO(put.body);
                REQUIRE(put.status == 200);
            }
            CHECK(validity_of(server, started) == "TOKEN_REVOKED");
            CHECK(server.get("/status/1").headers.at("etag") != list);
            CHECK(otto.sees("event: impersonation_ended"));
            CHECK(server.request("GET", "/api/v1/me", with_cookie).status == 401);
            CHECK(server.number("SELECT COUNT(*) FROM logins WHERE user_id = '" + who + "'") == 0);
            CHECK(server.number("SELECT COUNT(*) FROM grants WHERE status = 'granted'") == 0);
            CHECK(recorded(server,
                           "event = 'impersonation_ended' AND metadata LIKE"
                           " '%deactivated%' AND actor_id = 'provisioning:elders'") == 1);
            Journey journey{server};
            const auto refused = journey.start("olga", "otto", "elders", R"(,"ticketId":"T-1")");
            CHECK(refused.error() == (who == "olga" ? "AGENT_BANNED" : "TARGET_BANNED"));
        }
    }
}

TEST_CASE("silence neither lets somebody in again nor changes what they may") {
    TestServer server{elders};
    const auto scim = client_of(server);
    REQUIRE(scim.create("ans@elders.nl", R"(,"active":false,"roles":[{"value":"helpdeskAgent"}])")
                .status == 201);
    CHECK(server.get("/api/v1/me", "ans@elders.nl").error() == "AGENT_BANNED");
    const auto put = scim.ask("PUT", users_url + "/ans%40elders.nl",
                              R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
                              R"("userName":"ans@elders.nl","displayName":"Ans"})");
    CHECK(put.text("active") == "false");
    CHECK(put.text("roles") == R"([{"value":"helpdeskAgent"}])");
    CHECK(put.text("displayName") == "Ans");

    // An admin's ban is the admin's own: the provider's yes does not lift it, nor the other way.
    server.server().application().store().write_now([](Transaction& each) {
        each.store().execute("UPDATE users SET banned = 1 WHERE id = 'ans@elders.nl'");
    });
    CHECK(scim.activate("ans%40elders.nl", true).text("active") == "true");
    CHECK(server.get("/api/v1/me", "ans@elders.nl").error() == "AGENT_BANNED");

    // What changes nothing is not on record.
    const auto before = recorded(server, "1 = 1");
    CHECK(scim.activate("ans%40elders.nl", true).status == 200);
    CHECK(recorded(server, "1 = 1") == before);
}

TEST_CASE("nothing that was stored before keeps somebody from being switched off") {
    TestServer server{elders};
    const auto scim = client_of(server);
    REQUIRE(scim.create("ans@elders.nl").status == 201);
    server.server().application().store().write_now([](Transaction& each) {
        each.store().execute(
            "UPDATE users SET roles = 'gone', email = 'none', time_zone = 'Gone/Zone',"
            " locale = '?' WHERE id = 'ans@elders.nl'");
    });
    const auto off = scim.activate("ans%40elders.nl", false);
    INFO(off.body);
    CHECK(off.text("active") == "false");
    CHECK(server.get("/api/v1/me", "ans@elders.nl").status == 403);

    // An import does not switch on again by the way; the operator may, by saying so.
    const auto import = [&](const std::string& more) {
        std::istringstream lines{
            R"({"type":"user","id":"ans@elders.nl","name":"Ans","email":"ans@elders.nl")" + more +
            "}"};
        auto& application = server.server().application();
        return import_directory(application.store(), application.zones(), application.roles(),
                                lines);
    };
    CHECK(import("").ok());
    CHECK(import(R"(,"banned":false)").ok());
    CHECK(server.get("/api/v1/me", "ans@elders.nl").status == 403);
    CHECK(recorded(server, "event IN ('user_banned', 'user_unbanned')") == 0);
    CHECK(server.get("/api/v1/admin/users?banned=true", "olga").status == 200);
    CHECK_FALSE(import(R"(,"active":false)").ok());
    CHECK(import(R"(,"active":true)").ok());
    CHECK(server.get("/api/v1/me", "ans@elders.nl").status == 200);
    CHECK(recorded(server, "event = 'user_activated' AND metadata LIKE '%import%'") == 1);
}

TEST_CASE("of an account that other tenants share, a provider ends the place in its own alone") {
    TestServer server{elders};
    const auto scim = client_of(server);
    REQUIRE(scim.create("olga", R"(,"emails":[{"value":"olga@elders.nl"}])").status == 201);
    server.server().application().store().write_now([](Transaction& each) {
        each.store().execute(
            "INSERT INTO memberships (tenant_id, user_id, scopes) VALUES ('hulp', 'olga', '')");
    });
    const auto started = olga_acts(server);
    const auto renamed = scim.patch("olga", R"({"op":"replace","path":"displayName","value":"X"},)"
                                            R"({"op":"replace","path":"roles","value":[]})");
    CHECK(renamed.status == 200);
    CHECK(server.get("/api/v1/me", "olga").text("name") == "Olga");
    CHECK(server.get("/api/v1/me", "olga").text("roles") == R"(["helpdeskAgent"])");
    CHECK(validity_of(server, started) == "valid");

    CHECK(scim.activate("olga", false).text("active") == "false");
    CHECK(validity_of(server, started) == "TOKEN_REVOKED");
    const auto me = server.get("/api/v1/me", "olga");
    CHECK(me.status == 200);
    CHECK(me.text("tenants").find("elders") == std::string::npos);
    CHECK(me.text("tenants").find("hulp") != std::string::npos);
    CHECK(scim.activate("olga", true).status == 200);
    CHECK(server.get("/api/v1/me", "olga").text("tenants").find("elders") != std::string::npos);
    CHECK(scim.ask("DELETE", users_url + "/olga").status == 204);
    CHECK(server.get("/api/v1/me", "olga").text("tenants").find("elders") == std::string::npos);
    CHECK(server.get("/api/v1/me", "olga").status == 200);
}

TEST_CASE("lists come in pages, and what the server says of itself is SCIM's own") {
    TestServer server{elders};
    const auto scim = client_of(server);
    for (const std::string name : {"a", "b", "c"}) {
        REQUIRE(scim.create(name + "@elders.nl").status == 201);
    }
    const auto page = scim.ask("GET", users_url + "?startIndex=2&count=1");
    CHECK(page.text("totalResults") == "3");
    CHECK(page.text("startIndex") == "2");
    CHECK(page.text("itemsPerPage") == "1");
    CHECK(page.text("Resources").find("b@elders.nl") != std::string::npos);
    CHECK(scim.ask("GET", users_url + "?count=0").text("Resources") == "[]");
    CHECK(scim.ask("GET", users_url + "?startIndex=-5&count=-1").text("totalResults") == "3");
    CHECK(scim.ask("GET", users_url + "?startIndex=99999999999").text("Resources") == "[]");
    CHECK(scim.ask("GET", users_url + "?count=x").text("scimType") == "invalidValue");

    const auto config = scim.ask("GET", "/scim/v2/ServiceProviderConfig");
    CHECK(config.text("patch.supported") == "true");
    for (const std::string part : {"bulk", "sort", "etag", "changePassword"}) {
        CHECK(config.text(part + ".supported") == "false");
    }
    CHECK(scim.ask("GET", "/scim/v2/ResourceTypes").text("totalResults") == "1");
    CHECK(scim.ask("GET", "/scim/v2/ResourceTypes/User").text("endpoint") == "/Users");
    CHECK(scim.ask("GET", "/scim/v2/ResourceTypes/Group").status == 404);
    CHECK(scim.ask("GET", "/scim/v2/Schemas").text("totalResults") == "2");
    const auto schema =
        scim.ask("GET", "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User");
    CHECK(schema.text("name") == "User");
    CHECK(schema.text("attributes").find("familyName") != std::string::npos);
    CHECK(scim.ask("GET", "/scim/v2/Schemas?filter=id%20eq%20%22x%22").status == 403);
    CHECK(scim.ask("GET", "/scim/v2/Schemas/none").status == 404);
}
