// The OpenAPI document and the running server tell of the same endpoints.
#include <algorithm>
#include <future>
#include <set>

#include "hallpass_catch.hpp"
#include "openapi/document.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

std::string lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return result;
}

std::set<std::string> documented(const test::Reply& reply) {
    std::set<std::string> all;
    const auto document = reply.json();
    for (auto path = document.root().find("paths").first(); path; path = path.next()) {
        for (auto method = path.first(); method; method = method.next()) {
            all.insert(std::string{method.name()} + " " + std::string{path.name()});
        }
    }
    return all;
}

std::set<std::string> routed(TestServer& server) {
    std::set<std::string> all;
    for (const auto& route : server.server().application().router().routes()) {
        const auto method = boost::beast::http::to_string(route.method);
        all.insert(lower({method.data(), method.size()}) + " " + std::string{route.pattern});
    }
    return all;
}

}  // namespace

TEST_CASE("every route is in the document, and every operation is a route") {
    TestServer server;
    const auto reply = server.get("/openapi.json");
    REQUIRE(reply.status == 200);
    CHECK(documented(reply) == routed(server));
    std::set<std::string> described;
    for (const auto& each : operations()) {
        CHECK(described.insert(std::string{each.method} + " " + std::string{each.path}).second);
    }
    CHECK(described == routed(server));
}

TEST_CASE("what exists under --demo alone is documented there alone") {
    TestServer server{[](Settings& settings) { settings.demo = false; }};
    const auto all = documented(server.get("/openapi.json"));
    CHECK(all == routed(server));
    CHECK(all.count("post /demo/sign-in") == 0);
}

TEST_CASE("every documented endpoint is served under its method, and no other") {
    TestServer server;
    const auto all = documented(server.get("/openapi.json"));
    for (const auto& each : all) {
        INFO(each);
        const auto space = each.find(' ');
        auto path = each.substr(space + 1);
        while (path.find('{') != std::string::npos) {
            path.replace(path.find('{'), path.find('}') - path.find('{') + 1, "x1");
        }
        if (path.ends_with("/events")) continue;  // a stream without an end
        auto method = each.substr(0, space);
        std::transform(method.begin(), method.end(), method.begin(),
                       [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
        const auto reply = server.request(method, path);
        CHECK(reply.status != 405);
        CHECK(reply.body.find("there is nothing at this address") == std::string::npos);
        if (all.count("put " + each.substr(space + 1)) != 0) continue;
        CHECK(server.request("PUT", path).status == 405);
    }
}

TEST_CASE("the document is made once, whoever asks first, and names the server that gives it") {
    TestServer server, other;
    std::vector<std::future<test::Reply>> asked;
    for (int i = 0; i < 4; ++i) {
        asked.push_back(
            std::async(std::launch::async, [&] { return server.get("/openapi.json"); }));
    }
    auto& application = server.server().application();
    // Without the texts: where they differ, nobody reads 150 KB twice.
    for (auto& each : asked) CHECK((each.get().body == application.openapi_document()));
    for (auto* each : {&server, &other}) {
        const auto document = each->get("/openapi.json").json();
        const auto url = document.root().find("servers").first().find("url");
        CHECK(url.is_string(each->server().application().settings().public_url));
    }
    // One that is made anew has no such mark.
    auto& kept = const_cast<std::string&>(application.openapi_document());
    const auto marked = kept += ' ';
    CHECK((server.get("/openapi.json").body == marked));
    CHECK((application.openapi_document() == marked));
}
