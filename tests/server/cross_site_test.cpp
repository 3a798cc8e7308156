// What pages of other sites, and whoever writes a link, cannot have of a server: an answer that
// they may read, a redirect to where they like.
#include <fstream>
#include <set>

#include "answer_head.hpp"
#include "login_cookie.hpp"
#include "routes/routes.hpp"
#include "scim_client.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

namespace {

/// A folder of pages.
struct Site {
    TemporaryFolder folder;
    Site() {
        std::filesystem::create_directory(folder.path() / "sub");
        for (const std::string name : {"index.html", "page.html", "sub/index.html"}) {
            std::ofstream{folder.file(name)} << "<p>a page";
        }
    }
};

/// The headers of a browser that another site's page has sent here, with what it keeps for us.
std::string from_elsewhere(const std::string& cookie) {
    return "Origin: https://evil.test\r\nReferer: https://evil.test/\r\n"
           "Access-Control-Request-Method: DELETE\r\n"
           "Access-Control-Request-Headers: authorization\r\nCookie: hallpass_session=" +
           cookie + "\r\n";
}

}  // namespace

TEST_CASE("pages of other sites may read the public keys and status lists, and nothing else") {
    const Site site;
    TestServer server{[&](Settings& settings) {
        settings.static_dir = site.folder.path().string();
        provision(settings, "elders");
    }};
    REQUIRE(Journey{server}.start("jan", "piet", "bureau").status == 201);  // there is a list
    const auto headers = from_elsewhere(cookie_of(server.post("/api/v1/session", "{}", "ada")));
    std::set<std::string> readable;
    const auto look = [&](const std::string& method, const std::string& path) {
        INFO(method << " " << path);
        const auto head = head_of(server, {.method = method, .target = path, .more = headers});
        for (const auto& [name, value] : head.fields) {
            if (!name.starts_with("access-control-")) continue;
            // To everybody, and so without the cookie.
            CHECK(name == "access-control-allow-origin");
            CHECK(value == "*");
            readable.insert(method + " " + path);
        }
        CHECK(head.values("cross-origin-resource-policy") ==
              std::vector<std::string>{"same-origin"});
        return head.status;
    };
    for (const auto& route : all_routes()) {
        look(name_of(route.method), path_of(route));
        // No preflight is answered with a yes: what needs one is not sent.
        CHECK(look("OPTIONS", path_of(route)) == 405);
    }
    for (const std::string path : {"/", "/page", "/sub", "/nowhere"}) {
        look("GET", path);
        CHECK(look("OPTIONS", path) >= 404);
    }
    CHECK(readable == std::set<std::string>{"GET /.well-known/jwks.json",
                                            "GET /.well-known/receipt-keys.json", "GET /status/1"});
}

TEST_CASE("no address leads to another one, whatever a link or a header says") {
    const Site site;
    TestServer server{[&](Settings& settings) {
        settings.static_dir = site.folder.path().string();
        settings.demo = false;
        provision(settings, "elders");
    }};
    const std::string headers =
        "X-Forwarded-Host: evil.test\r\nX-Forwarded-Proto: https\r\nForwarded: host=evil.test\r\n"
        "X-Original-URL: //evil.test/\r\nReferer: https://evil.test/\r\nAuthorization: Bearer " +
        server.bearer("ada") + "\r\n";
    const auto look = [&](const std::string& method, const std::string& target) {
        INFO(method << " " << target);
        const auto head = head_of(
            server, {.method = method, .target = target, .host = "evil.test", .more = headers});
        CHECK(head.status / 100 != 3);
        for (const auto* name : {"location", "content-location", "refresh", "link"}) {
            CHECK(head.values(name).empty());
        }
        return head.status;
    };
    const std::string where =
        "?next=//evil.test/&return_to=https://evil.test/&redirect_uri=https%3A%2F%2Fevil.test";
    for (const auto& route : all_routes()) {
        look(name_of(route.method), path_of(route));
        look(name_of(route.method), path_of(route) + where);
    }
    for (const std::string path :
         {"/", "/page", "/page/", "/sub", "/sub/", "/index.html", "//evil.test", "/%2fevil.test",
          "/%5cevil.test", "/\\evil.test", "/.//evil.test", "/sub/..//evil.test", "/sub//evil.test",
          "https://evil.test/"}) {
        look("GET", path);
        look("GET", path + where);
    }
}

TEST_CASE("addresses that are given out are the server's own, whatever a request calls it") {
    TestServer server{[](Settings& settings) {
        settings.demo = false;
        provision(settings, "elders");
    }};
    With with;
    with.headers = {{"Host", "evil.test"},
                    {"X-Forwarded-Host", "evil.test"},
                    {"Forwarded", "host=evil.test;proto=http"}};
    with.bearer = server.bearer("jan");
    with.body =
        R"({"tenantId":"bureau","targetUserId":"piet","reason":"The parcel does not show"})";
    const auto started = server.request("POST", "/admin/support-access/requests", with);
    REQUIRE(started.status == 201);
    const auto& settings = server.server().application().settings();
    CHECK_THAT(started.text("uiSwitchUrl"), StartsWith(settings.app_url + "/switch-user?token="));
    with.bearer = provisioning_token("elders");
    with.content_type = "application/scim+json";
    with.body =
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"nora@elders.nl"})";
    const auto made = server.request("POST", users_url, with);
    REQUIRE(made.status == 201);
    CHECK(made.headers.at("location") == settings.public_url + users_url + "/nora%40elders.nl");
    for (const auto& reply : {started, made}) CHECK_THAT(reply.body, !Contains("evil.test"));
}
