// Which attributes a client gets to see (RFC 7644 section 3.9), and in which form refusals come.
#include "hallpass_catch.hpp"
#include "scim/selection.hpp"
#include "scim_client.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

void with_provider(Settings& settings) { provision(settings, "elders"); }

std::string selected(const std::optional<std::string>& attributes,
                     const std::optional<std::string>& excluded) {
    ScimSelection selection;
    REQUIRE_FALSE(ScimSelection::read(attributes, excluded, selection));
    return selection.of(
        R"({"schemas":["s"],"id":"kees","userName":"Kees","name":{"givenName":"K","familyName":"S"},)"
        R"("active":true,"emails":[{"value":"k@e.nl","type":"work","primary":true}],"roles":[],)"
        R"("urn:ietf:params:scim:schemas:extension:hallpass:2.0:User":{"scopes":["a:read"]},)"
        R"("meta":{"location":"l"}})");
}
std::string only(const std::string& names) { return selected(names, std::nullopt); }
std::string without(const std::string& names) { return selected(std::nullopt, names); }

}  // namespace

TEST_CASE("SCIM: the attributes that were asked for, and what always comes") {
    CHECK(only("userName") == R"({"schemas":["s"],"id":"kees","userName":"Kees"})");
    CHECK(only("USERNAME , active") ==
          R"({"schemas":["s"],"id":"kees","userName":"Kees","active":true})");
    CHECK(only("urn:ietf:params:scim:schemas:core:2.0:User:userName") == only("userName"));
    CHECK(
        only("name.familyName,emails.value") ==
        R"({"schemas":["s"],"id":"kees","name":{"familyName":"S"},"emails":[{"value":"k@e.nl"}]})");
    CHECK(only("name,name.familyName") ==
          R"({"schemas":["s"],"id":"kees","name":{"givenName":"K","familyName":"S"}})");
    const std::string scopes =
        R"({"schemas":["s"],"id":"kees",)"
        R"("urn:ietf:params:scim:schemas:extension:hallpass:2.0:User":{"scopes":["a:read"]}})";
    CHECK(only("urn:ietf:params:scim:schemas:extension:hallpass:2.0:User") == scopes);
    CHECK(only("urn:ietf:params:scim:schemas:extension:Hallpass:2.0:User:scopes") == scopes);
    CHECK(only("nothing,active.part,name.middleName,emails.display,,") ==
          R"({"schemas":["s"],"id":"kees"})");
    CHECK(only("") == selected(std::nullopt, std::nullopt));
}

TEST_CASE("SCIM: all but the attributes that were left out") {
    const auto all = selected(std::nullopt, std::nullopt);
    CHECK(without("id,schemas,nothing,active.part") == all);
    CHECK(without(
              "name,emails,roles,meta,urn:ietf:params:scim:schemas:extension:hallpass:2.0:User") ==
          R"({"schemas":["s"],"id":"kees","userName":"Kees","active":true})");
    CHECK(
        without("name.givenName,emails.type,emails.primary,active,roles,meta,userName,"
                "urn:ietf:params:scim:schemas:extension:hallpass:2.0:User:scopes") ==
        R"({"schemas":["s"],"id":"kees","name":{"familyName":"S"},"emails":[{"value":"k@e.nl"}]})");
}

TEST_CASE("SCIM: every answer with a user is cut to what was asked for") {
    TestServer server{with_provider};
    const ScimClient scim{server, provisioning_token("elders")};
    const auto made = scim.ask(
        "POST", users_url + "?attributes=userName",
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"kees@elders.nl"})");
    REQUIRE(made.status == 201);
    CHECK(made.text("userName") == "kees@elders.nl");
    CHECK(made.body.find("active") == std::string::npos);
    const auto id = made.text("id");
    const auto shown = scim.get(id + "?excludedAttributes=meta,emails");
    CHECK(shown.text("active") == "true");
    CHECK(shown.body.find("\"meta\"") == std::string::npos);
    const auto listed = scim.ask("GET", users_url + "?attributes=active&count=200");
    CHECK(listed.status == 200);
    CHECK(listed.body.find("\"userName\"") == std::string::npos);
    CHECK(listed.body.find("\"active\":true") != std::string::npos);

    const auto entries = server.number("SELECT COUNT(*) FROM record");
    const std::string both = "?attributes=id&excludedAttributes=id";
    for (const auto& refused :
         {scim.get(id + both), scim.ask("GET", users_url + both),
          scim.ask(
              "POST", users_url + both,
              R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"x@e.nl"})"),
          scim.ask("PATCH", users_url + "/" + id + both,
                   R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                   R"("Operations":[{"op":"replace","path":"active","value":false}]})")}) {
        CHECK(refused.status == 400);
        CHECK(refused.text("scimType") == "invalidValue");
    }
    CHECK(server.number("SELECT COUNT(*) FROM record") == entries);
    CHECK(scim.get(id).text("active") == "true");
}

TEST_CASE("SCIM: what is not there, or too large, is refused in SCIM's form") {
    TestServer server{with_provider};
    const ScimClient scim{server, provisioning_token("elders")};
    const std::pair<test::Reply, int> refusals[] = {
        {scim.ask("GET", "/scim/v2/Groups"), 404},
        {scim.ask("GET", "/scim/v2"), 404},
        {scim.ask("POST", "/scim/v2/Me"), 404},
        {scim.ask("DELETE", users_url), 405},
        {scim.ask("POST", users_url, std::string(65 * 1024, ' ')), 413},
    };
    for (const auto& [refused, status] : refusals) {
        INFO(refused.body);
        CHECK(refused.status == status);
        CHECK(refused.headers.at("content-type") == "application/scim+json");
        CHECK(refused.text("status") == std::to_string(status));
        CHECK(refused.body.find("urn:ietf:params:scim:api:messages:2.0:Error") !=
              std::string::npos);
    }
    CHECK(scim.ask("DELETE", users_url).headers.at("allow") == "GET, HEAD, POST");
    CHECK(server.get("/scim/v20/Users").headers.at("content-type") == "application/problem+json");
}
