// An identity provider that speaks for one tenant, or names it in a claim: nobody reaches another
// one by it.
#include "hallpass_catch.hpp"
#include "login_cookie.hpp"
#include "second_provider.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

/// A path of the route's, with what is there in the tenant de-akker.
std::string filled(std::string_view pattern, const std::string& grant, const std::string& session) {
    std::string path{pattern};
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
        const auto close = path.find('}');
        const auto before = path.substr(0, open);
        const std::string value = before.find("/grants/") != std::string::npos    ? grant
                                  : before.find("sessions/") != std::string::npos ? session
                                  : before.find("/tickets/") != std::string::npos ? "T-1"
                                                                                  : "piet";
        path.replace(open, close - open + 1, value);
    }
    return path;
}

}  // namespace

TEST_CASE("a provider of one tenant reaches no other by any endpoint, whoever it names") {
    SecondProvider place{"tenant=elders"};
    place.import(
        R"({"type":"user","id":"root","name":"R","email":"r@example.nl","roles":["helpdeskAdmin"],)"
        R"("allTenants":true})"
        "\n"
        R"({"type":"user","id":"both","name":"B","email":"b@example.nl","roles":["helpdeskAdmin"]})"
        "\n"
        R"({"type":"membership","tenantId":"elders","userId":"both"})"
        "\n"
        R"({"type":"membership","tenantId":"de-akker","userId":"both"})"
        "\n");
    Journey journey{place.server};
    const auto grant = journey.request_grant();
    journey.consent(grant);
    const auto started = journey.start();
    REQUIRE(started.status == 201);
    const auto entries = place.server.number("SELECT COUNT(*) FROM record");
    const auto& application = place.server.server().application();
    int asked = 0;
    for (const auto& route : application.router().routes()) {
        if (route.ignores_credentials || route.who == Who::provisioner) continue;
        const auto path = filled(route.pattern, grant, started.text("session.id"));
        const auto method = boost::beast::http::to_string(route.method);
        for (const std::string user : {"piet", "jan", "ada", "root", "both", "scraper"}) {
            CAPTURE(std::string{method}, path, user);
            auto with = place.as(user, R"(,"roles":["service"])");
            // Introspection and revocation take forms; what is in it is never looked at.
            if (route.body == BodyKind::form) {
                with.content_type = "application/x-www-form-urlencoded";
                with.body = "token=" + started.text("delegatedToken");
            } else if (route.body != BodyKind::none) {
                with.body = "{}";
            }
            const auto reply = place.server.request({method.data(), method.size()}, path, with);
            // Who needs nobody's leave is not looked up by the demo's and the health's pages.
            CHECK(reply.status == 401);
            ++asked;
        }
    }
    CHECK(asked > 200);
    CHECK(place.server.number("SELECT COUNT(*) FROM record") == entries);

    CHECK(place.get("/api/v1/me", place.as("otto")).status == 200);
    CHECK(place.ask("olga", "").status == 404);
    CHECK(place.get(std::string{grants} + "/" + grant, place.as("olga")).status == 404);
}

TEST_CASE("a claim names the tenant, and who is of another one as well is nobody to it") {
    SecondProvider place{"tenant-claim=org.id"};
    const auto status = [&](const std::string& user, const std::string& claims) {
        return place.get("/api/v1/me", place.as(user, claims)).status;
    };
    const std::string elders = R"(,"org":{"id":"elders"})";
    CHECK(status("otto", elders) == 200);
    CHECK(status("otto", R"(,"org":{"id":["elders"]})") == 200);
    for (const std::string claims :
         {"", R"(,"org":"elders")", R"(,"org":{"id":["elders","de-akker"]})", R"(,"org":{"id":""})",
          R"(,"org":{"id":"de-akker"})", R"(,"org":{"id":"nowhere"})", R"(,"org":{"id":null})"}) {
        CAPTURE(claims);
        CHECK(status("otto", claims) == 401);
    }
    CHECK(status("piet", R"(,"org":{"id":"de-akker"})") == 401);  // of hulp and others too
    CHECK(status("nobody", elders) == 401);

    With with;
    with.cookie =
        cookie_of(place.server.request("POST", "/api/v1/session", place.as("otto", elders, "{}")));
    CHECK(place.get("/api/v1/me", with).status == 200);
    place.import(R"({"type":"membership","tenantId":"hulp","userId":"otto"})");
    CHECK(status("otto", elders) == 401);
    CHECK(place.get("/api/v1/me", with).status == 401);
    CHECK(place.server.get("/api/v1/me", "otto").status == 200);

    SecondProvider bound{"tenant=elders,tenant-claim=org"};
    CHECK(bound.get("/api/v1/me", bound.as("otto", R"(,"org":"elders")")).status == 200);
    CHECK(bound.get("/api/v1/me", bound.as("otto", R"(,"org":"hulp")")).status == 401);
    CHECK(bound.get("/api/v1/me", bound.as("otto")).status == 401);
}
