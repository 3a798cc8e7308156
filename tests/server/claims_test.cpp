// What an identity provider's claims may take from its people, and that they give nobody anything.
#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "identity/confines.hpp"
#include "login_cookie.hpp"
#include "second_provider.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

TEST_CASE("a claim is found by its own name, by dots, or by a pointer") {
    const auto document = json::Document::parse(
        R"({"roles":["top"],"realm_access":{"roles":["in"]},"a.b":["dotted"],)"
        R"("https://x.test/roles":["uri"],"cognito:groups":["colon"],"realm_access.roles":["bait"],)"
        R"("resource_access":{"my.app":{"roles":["deep"]}},"t~/":{"x":["escaped"]}})");
    REQUIRE(document.ok());
    const auto first = [&](const std::string& name) {
        const auto text = find_claim(document->root(), name).first().string();
        return std::string{text.value_or("")};
    };
    CHECK(first("roles") == "top");
    CHECK(first("realm_access.roles") == "in");
    CHECK(first("https://x.test/roles") == "uri");
    CHECK(first("cognito:groups") == "colon");
    CHECK(first("/a.b") == "dotted");
    CHECK(first("/resource_access/my.app/roles") == "deep");
    CHECK(first("/t~0~1/x") == "escaped");
    for (const std::string name : {"a.b", "missing", "roles.x", "realm_access.", "", ".", "/"}) {
        CAPTURE(name);
        CHECK(first(name).empty());
    }
}

TEST_CASE("what a provider's claims mean is told beside it") {
    const std::string who = "issuer=a,audience=b,secret=c";
    const auto claims =
        IssuerSettings::parse(who +
                              ",roles-claim=realm_access.roles,role.CN=Help,OU=x=helpdeskAgent,"
                              "role.robot=service,scopes-claim=scope")
            .claims;
    CHECK(claims.roles_claim == "realm_access.roles");
    CHECK(claims.role_names == std::vector<std::pair<std::string, std::string>>{
                                   {"CN=Help,OU=x", "helpdeskAgent"}, {"robot", "service"}});
    CHECK(claims.scopes_claim == "scope");
    CHECK(claims.services);
    CHECK_FALSE(IssuerSettings::parse(who + ",services=off").claims.services);
    CHECK(IssuerSettings::parse(who + ",tenant=elders").claims.bound());
    CHECK(IssuerSettings::parse(who + ",tenant-claim=org_id").claims.bound());
    for (const std::string more :
         {",services=no", ",services=on,tenant=elders", ",role.a=b", ",roles-claim=r,role.=b",
          ",roles-claim=r,role.a=", ",roles-claim=r,role.a"}) {
        CAPTURE(more);
        CHECK_THROWS(IssuerSettings::parse(who + more));
    }
    auto unknown = std::vector{IssuerSettings::parse(who + ",roles-claim=r,role.a=king")};
    CHECK_THROWS(refuse_unknown_roles(unknown, Roles{}));
}

TEST_CASE("a role is held where the directory gives it and the token carries it") {
    SecondProvider place{
        "roles-claim=realm_access.roles,role.help=helpdeskAgent,role.boss=helpdeskAdmin,"
        "role.robot=service"};
    const std::string help = R"(,"realm_access":{"roles":["help"]})";
    const std::string boss = R"(,"realm_access":{"roles":["boss"]})";
    CHECK(place.ask("jan", "").status == 403);
    CHECK(place.ask("jan", boss).status == 403);
    CHECK(place.ask("jan", R"(,"realm_access":{"roles":["helpdeskAgent"]})").status == 403);
    CHECK(place.ask("jan", R"(,"realm_access.roles":["help"])").status == 403);
    CHECK(place.ask("jan", R"(,"roles":["help"])").status == 403);
    CHECK(place.ask("jan", help).status == 201);

    const std::string users = "/api/v1/admin/users";
    CHECK(place.get(users, place.as("ada", boss)).status == 200);
    CHECK(place.get(users, place.as("ada", help)).status == 403);
    CHECK(place.get(users, place.as("piet", boss)).status == 403);
    CHECK(place.get("/api/v1/me", place.as("ada", help)).text("roles") == "[]");
    CHECK(place.get("/api/v1/me", place.as("piet")).text("roles") == R"(["user"])");
    // As ever with a provider that says nothing of roles.
    CHECK(place.server.get(users, "ada").status == 200);

    CHECK(place.get("/metrics", place.as("scraper", R"(,"realm_access":{"roles":["robot"]})"))
              .status == 200);
    CHECK(place.get("/metrics", place.as("scraper", R"(,"roles":["service"])")).status == 401);
    CHECK(place.get("/metrics", place.as("scraper", R"(,"realm_access":{"roles":["service"]})"))
              .status == 401);
}

TEST_CASE("who may be a service is told for each provider") {
    const std::string service = R"(,"roles":["service"])";
    SecondProvider open{"services=on"};
    CHECK(open.get("/metrics", open.as("scraper", service)).status == 200);
    for (const std::string more : {"services=off", "tenant=elders", "tenant-claim=org"}) {
        CAPTURE(more);
        SecondProvider closed{more};
        const auto claims = service + R"(,"org":"elders")";
        CHECK(closed.get("/metrics", closed.as("scraper", claims)).status == 401);
        With with;
        with.bearer = closed.server.bearer("scraper", service);
        CHECK(closed.get("/metrics", with).status == 200);
    }
}

TEST_CASE("a cookie reaches no further than the token that it was given for") {
    SecondProvider place{"roles-claim=r"};
    const auto signed_in =
        place.server.request("POST", "/api/v1/session", place.as("ada", R"(,"r":["x"])", "{}"));
    REQUIRE(signed_in.status == 200);
    With with;
    with.cookie = cookie_of(signed_in);
    CHECK(place.get("/api/v1/me", with).status == 200);
    CHECK(place.get("/api/v1/admin/users", with).status == 403);
    const auto dot = with.cookie.find('.');
    REQUIRE(dot != std::string::npos);
    const auto whole = with.cookie;
    with.cookie = whole.substr(0, dot);
    CHECK(place.get("/api/v1/me", with).status == 401);
    with.cookie = whole.substr(0, dot) + ".e30";  // {}
    CHECK(place.get("/api/v1/me", with).status == 401);

    const auto full = place.server.request("POST", "/api/v1/session",
                                           place.as("ada", R"(,"r":["helpdeskAdmin"])", "{}"));
    with.cookie = cookie_of(full);
    CHECK(place.get("/api/v1/admin/users", with).status == 200);
    const auto many = R"(,"r":[")" + std::string(4000, 'a') + "\"]";
    CHECK(place.server.request("POST", "/api/v1/session", place.as("ada", many, "{}")).error() ==
          "FORBIDDEN");
}

TEST_CASE("a token that may do less is not told what another one was answered") {
    SecondProvider place{"scopes-claim=scope"};
    const auto once = [&](With with) {
        with.body = R"({"tenantId":"de-akker","targetUserId":"piet","ticketId":"T-9",)"
                    R"("reason":"The parcel does not show"})";
        with.headers["Idempotency-Key"] = "once";
        return place.server.request("POST", grants, with);
    };
    const auto ask = [&](const std::string& claims) { return once(place.as("jan", claims)); };
    const std::string may = R"(,"scope":"support:access:create")";
    const auto asked = ask(may);
    CHECK(asked.status == 201);
    CHECK(ask(may).text("id") == asked.text("id"));
    const auto refused = ask(R"(,"scope":"openid")");
    CHECK(refused.status == 403);
    CHECK(refused.body.find(asked.text("id")) == std::string::npos);
    With unconfined;
    unconfined.bearer = place.server.bearer("jan");
    CHECK(once(unconfined).error() == "OPEN_REQUEST_EXISTS");
}

TEST_CASE("nobody consents to, or asks with, a scope that their token does not carry") {
    SecondProvider place{"scopes-claim=scope"};
    CHECK(place.ask("jan", R"(,"scope":"openid email")").status == 403);
    CHECK(place.ask("jan", R"(,"scope":["openid","support:access:create"])").status == 201);
    CHECK(place.get("/api/v1/admin/users", place.as("ada", R"(,"scope":"support:access:read")"))
              .status == 200);

    Journey journey{place.server};
    const std::string reads = R"(,"scope":"openid parcels:read cases:list")";
    const auto consent = [&](const std::string& grant, const std::string& call,
                             const std::string& body, const std::string& claims) {
        return place.server.request("POST", std::string{grants} + "/" + grant + "/" + call,
                                    place.as("piet", claims, body));
    };
    const auto grant = journey.request_grant();
    const std::string tomorrow = R"({"preset":"end_of_tomorrow")";
    CHECK(consent(grant, "grant", tomorrow + "}", R"(,"scope":"openid")").status == 400);
    CHECK(consent(grant, "grant", tomorrow + R"(,"scopes":["parcels:update"]})", reads).error() ==
          "INSUFFICIENT_SCOPE");
    CHECK(consent(grant, "grant", tomorrow + "}", reads).text("scopes") == R"(["parcels:read"])");
    CHECK(consent(grant, "amend", tomorrow + "}", R"(,"scope":"cases:read")").status == 400);
    CHECK(consent(grant, "amend", tomorrow + "}", reads).text("scopes") == R"(["parcels:read"])");

    const auto standing = place.server.request(
        "POST", std::string{grants} + "/standing",
        place.as("els", reads, R"({"tenantId":"de-akker","preset":"end_of_tomorrow"})"));
    CHECK(standing.text("scopes") == R"(["parcels:read"])");
    // As ever with a provider that says nothing of scopes.
    const auto other = journey.request_grant("T-2");
    CHECK(place.server.post(std::string{grants} + "/" + other + "/grant", tomorrow + "}", "piet")
              .text("scopes") == "null");
}

TEST_CASE("the check names a role or a tenant of a provider's that there is not", "[sqlite]") {
    const TemporaryFolder folder;
    std::ofstream{folder.file("secret")} << SecondProvider::key;
    const auto check = [&](const std::string& more) {
        return hallpassd({"serve", "--check", "--database", "sqlite:" + folder.file("hallpass.db"),
                          "--identity",
                          "issuer=https://second.test,audience=hallpass,secret=" +
                              folder.file("secret") + more})
            .output;
    };
    CHECK_THAT(check(",roles-claim=roles,role.x=king"),
               Catch::Contains("REFUSED  identity providers: --identity: role.x is to mean king"));
    CHECK_THAT(check(",roles-claim=roles,role.x=service"),
               Catch::Contains("good     identity providers: 1 of them"));
    CHECK(hallpassd({"--database", "sqlite:" + folder.file("hallpass.db"), "import", "/dev/null"})
              .exit_code == 0);
    CHECK_THAT(check(",tenant=elders"),
               Catch::Contains("REFUSED  identity providers: tenant= names one that was not"));
}
