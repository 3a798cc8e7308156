// What Microsoft Entra ID and Okta really send, and what is refused.
#include "hallpass_catch.hpp"
#include "scim_client.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

void by_name(Settings& settings) { provision(settings, "elders", ",roles=user,helpdeskAgent"); }
void by_external_id(Settings& settings) {
    provision(settings, "elders", ",id=externalId,roles=user,helpdeskAgent");
}

ScimClient provider(TestServer& server) { return {server, provisioning_token("elders")}; }

constexpr const char* okta_user =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kees@elders.nl",)"
    R"("name":{"givenName":"Kees","familyName":"Smit"},"emails":[{"primary":true,)"
    R"("value":"kees@elders.nl","type":"work"}],"displayName":"Kees Smit","locale":"en_US",)"
    R"("externalId":"00ujl29u0le5T6Aj10h7","groups":[],"password":"1mz050nq","active":true})";

}  // namespace

TEST_CASE("Entra ID's requests do what they mean") {
    TestServer server{by_external_id};
    const auto scim = provider(server);
    const auto none =
        scim.ask("GET", users_url + "?filter=userName+eq+%22kees%40elders.nl%22&aadOptscim062020");
    CHECK(none.status == 200);
    CHECK(none.text("totalResults") == "0");
    const auto made = scim.ask(
        "POST", users_url,
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",)"
        R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"0a21f0f2",)"
        R"("userName":"kees@elders.nl","active":true,"emails":[{"primary":true,"type":"work",)"
        R"("value":"kees@elders.nl"},{"type":"home","value":"kees@thuis.nl"}],)"
        R"("meta":{"resourceType":"User"},"name":{"formatted":"Kees Smit","familyName":"Smit",)"
        R"("givenName":"Kees"},"roles":[],"title":"Boer",)"
        R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"Stal"}})");
    INFO(made.body);
    REQUIRE(made.status == 201);
    CHECK(made.text("id") == "0a21f0f2");
    CHECK(made.text("roles") == R"([{"value":"user"}])");

    const auto changed = scim.patch(
        "0a21f0f2",
        R"({"op":"Replace","path":"emails[type eq \"work\"].value","value":"new@elders.nl"},)"
        R"({"op":"Add","path":"emails[type eq \"home\"].value","value":"other@thuis.nl"},)"
        R"({"op":"Replace","path":"emails[type eq \"work\"].primary","value":false},)"
        R"({"op":"Replace","path":"name.familyName","value":"Smits"},)"
        R"({"op":"Replace","path":"userName","value":"smits@elders.nl"},)"
        R"({"op":"Add","path":"nickName","value":[{"value":"Keesje"}]},)"
        R"({"op":"Replace","path":"addresses[type eq \"work\"].streetAddress","value":"Dijk 1"},)"
        R"({"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",)"
        R"("value":"x"},)"
        R"({"op":"Replace","path":"urn:ietf:params:scim:schemas:core:2.0:User:displayName",)"
        R"("value":[{"$ref":null,"value":"K. Smits"}]})");
    INFO(changed.body);
    REQUIRE(changed.status == 200);
    CHECK(changed.text("emails").find("new@elders.nl") != std::string::npos);
    CHECK(changed.text("name.familyName") == "Smits");
    CHECK(changed.text("userName") == "smits@elders.nl");
    CHECK(changed.text("displayName") == "K. Smits");

    const auto roles = scim.patch(
        "0a21f0f2",
        R"({"op":"Add","path":"roles[primary eq \"True\"].value","value":"helpdeskAgent"})");
    CHECK(roles.text("roles").find("helpdeskAgent") != std::string::npos);
    const auto fewer =
        scim.patch("0a21f0f2", R"({"op":"Remove","path":"roles[value eq \"helpdeskAgent\"]"})");
    CHECK(fewer.text("roles") == R"([{"value":"user"}])");

    for (
        const std::string off :
        {R"({"op":"Replace","path":"active","value":"False"})",
         R"({"op":"Add","path":"active","value":"False"})",
         R"({"op":"replace","value":{"active":false,"name.givenName":"C."}})",
         R"({"op":"REPLACE","path":"urn:ietf:params:scim:schemas:core:2.0:User:active","value":false})",
         R"({"op":"Add","value":{"Active":[{"value":"False"}]}})"}) {
        INFO(off);
        CHECK(scim.patch("0a21f0f2", off).text("active") == "false");
        CHECK(server.get("/api/v1/me", "0a21f0f2").status == 403);
        CHECK(scim.patch("0a21f0f2", R"({"op":"Replace","path":"active","value":"True"})")
                  .text("active") == "true");
        CHECK(server.get("/api/v1/me", "0a21f0f2").status == 200);
    }
    CHECK(scim.get("0a21f0f2").text("name.givenName") == "C.");
}

TEST_CASE("Okta's requests do what they mean") {
    TestServer server{by_name};
    const auto scim = provider(server);
    const auto none = scim.ask("GET", users_url +
                                          "?filter=userName%20eq%20%22kees%40elders.nl%22"
                                          "&startIndex=1&count=100");
    CHECK(none.text("totalResults") == "0");
    const auto made = scim.ask("POST", users_url, okta_user);
    INFO(made.body);
    REQUIRE(made.status == 201);
    CHECK(made.text("id") == "kees@elders.nl");
    CHECK(made.text("locale") == "en-US");
    CHECK(made.body.find("1mz050nq") == std::string::npos);
    const auto twice = scim.ask("POST", users_url, okta_user);
    CHECK(twice.status == 409);
    CHECK(twice.text("scimType") == "uniqueness");
    CHECK(twice.text("status") == "409");

    std::string put = okta_user;
    put.replace(put.find("Kees Smit\""), 10, "Cornelis\"");
    const auto id = std::string{"kees%40elders.nl"};
    CHECK(scim.ask("PUT", users_url + "/" + id, put).text("displayName") == "Cornelis");
    CHECK(server.get("/api/v1/me", "kees@elders.nl").text("name") == "Cornelis");
    CHECK(scim.patch(id, R"({"op":"replace","value":{"active":false}})").text("active") == "false");
    CHECK(server.get("/api/v1/me", "kees@elders.nl").status == 403);
    CHECK(scim.ask("PUT", users_url + "/" + id, put).text("active") == "true");
    With plain;
    plain.bearer = scim.token;
    plain.content_type = "application/json; charset=utf-8";
    plain.body = put;
    CHECK(server.request("PUT", users_url + "/" + id, plain).status == 200);
}

TEST_CASE("what cannot be done is refused with SCIM's own reason, and changes nothing") {
    TestServer server{by_name};
    const auto scim = provider(server);
    REQUIRE(scim.create("kees@elders.nl", R"(,"externalId":"e1")").status == 201);
    REQUIRE(scim.create("loes@elders.nl", R"(,"externalId":"e2")").status == 201);
    const auto id = std::string{"kees%40elders.nl"};
    const auto before = scim.get(id).body;
    const auto entries = server.number("SELECT COUNT(*) FROM record");
    const std::pair<std::string, std::string> patches[] = {
        {R"({"op":"move","path":"active","value":true})", "invalidSyntax"},
        {R"({"path":"active","value":true})", "invalidSyntax"},
        {R"("active")", "invalidSyntax"},
        {"", "invalidSyntax"},
        {R"({"op":"remove"})", "noTarget"},
        {R"({"op":"replace","value":true})", "invalidValue"},
        {R"({"op":"replace","path":"active"})", "invalidValue"},
        {R"({"op":"replace","path":"active","value":"maybe"})", "invalidValue"},
        {R"({"op":"replace","path":"active","value":0})", "invalidValue"},
        {R"({"op":"remove","path":"active"})", "mutability"},
        {R"({"op":"remove","path":"userName"})", "mutability"},
        {R"({"op":"replace","path":"id","value":"ada"})", "mutability"},
        {R"({"op":"replace","path":"meta.created","value":"x"})", "mutability"},
        {R"({"op":"replace","path":"userName","value":"other@elders.nl"})", "mutability"},
        {R"({"op":"replace","path":"externalId","value":"e2"})", "uniqueness"},
        {R"({"op":"replace","path":"allTenants","value":true})", "invalidPath"},
        {R"({"op":"replace","value":{"banned":false}})", "invalidPath"},
        {R"({"op":"replace","path":"","value":1})", "invalidPath"},
        {R"({"op":"replace","path":7,"value":1})", "invalidPath"},
        {R"({"op":"replace","path":"emails[type eq \"work\"","value":"a@b.nl"})", "invalidPath"},
        {R"({"op":"replace","path":"emails[value co \"x\"].value","value":"a@b.nl"})",
         "invalidPath"},
        {R"({"op":"replace","path":"name.nothing","value":"x"})", "invalidPath"},
        {R"({"op":"replace","path":"name","value":{"":"x"}})", "invalidPath"},
        {R"({"op":"replace","path":"urn:x:y:User:active","value":true})", "invalidPath"},
        {R"({"op":"replace","path":"emails","value":"nowhere"})", "invalidValue"},
        {R"({"op":"replace","path":"emails","value":[{"value":"a@b.nl\r\nBcc: c@d.nl"}]})",
         "invalidValue"},
        {R"({"op":"replace","path":"displayName","value":"a\u0000b"})", "invalidValue"},
        {R"({"op":"replace","path":"displayName","value":")" + std::string(201, 'x') + R"("})",
         "invalidValue"},
        {R"({"op":"replace","path":"timezone","value":"Mars/Base"})", "invalidValue"},
        {R"({"op":"replace","path":"locale","value":"nl; DROP"})", "invalidValue"},
        {R"({"op":"replace","path":"roles","value":["king"]})", "invalidValue"},
        {R"({"op":"replace","path":"roles","value":[["user"]]})", "invalidValue"},
        {R"({"op":"replace","path":"urn:ietf:params:scim:schemas:extension:hallpass:2.0:User:scopes",)"
         R"("value":["*"]})",
         "invalidValue"},
    };
    for (const auto& [operation, type] : patches) {
        INFO(operation);
        // What comes before it in the same request is not done either.
        const auto both =
            operation.empty()
                ? operation
                : R"({"op":"replace","path":"displayName","value":"Half"},)" + operation;
        const auto refused = scim.patch(id, both);
        INFO(refused.body);
        CHECK(refused.status == (type == "uniqueness" ? 409 : 400));
        CHECK(refused.text("scimType") == type);
        CHECK(refused.headers.at("content-type") == "application/scim+json");
        CHECK(scim.get(id).body == before);
    }
    const std::pair<std::string, std::string> bodies[] = {
        {"", "invalidSyntax"},
        {"not json", "invalidSyntax"},
        {"[]", "invalidSyntax"},
        {R"({"userName":"x@elders.nl"})", "invalidSyntax"},
        {R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]})", "invalidValue"},
        {R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":7})",
         "invalidValue"},
        {R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"no-address"})",
         "invalidValue"},
        {R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@elders.nl",)"
         R"("userName":"y@elders.nl"})",
         "invalidSyntax"},
        {R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@elders.nl",)"
         R"("allTenants":true})",
         "invalidSyntax"},
        {R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" +
             std::string(129, 'x') + R"("})",
         "invalidValue"},
    };
    for (const auto& [body, type] : bodies) {
        INFO(body);
        const auto refused = scim.ask("POST", users_url, body);
        CHECK(refused.status == 400);
        CHECK(refused.text("scimType") == type);
    }
    for (const std::string filter :
         {"userName%20co%20%22x%22", "active%20eq%20true", "userName%20eq%20x", "userName",
          "userName%20eq%20%22x%22%20or%20id%20pr", "userName%20eq%20%22x", "",
          "userName%20eq%20%22x%22%20--", "userName%20eq%20%22%5Cu0000%22"}) {
        INFO(filter);
        const auto refused = scim.ask("GET", users_url + "?filter=" + filter);
        CHECK(refused.status == 400);
        CHECK(refused.text("scimType") == "invalidFilter");
    }
    With form;
    form.bearer = scim.token;
    form.body = "a=b";
    form.content_type = "application/x-www-form-urlencoded";
    CHECK(server.request("POST", users_url, form).status == 415);
    CHECK(scim.ask("POST", users_url + "/" + id, "{}").status == 405);
    CHECK(scim.ask("POST", users_url, std::string(65 * 1024, ' ')).status == 413);
    CHECK(server.number("SELECT COUNT(*) FROM record") == entries);
}
