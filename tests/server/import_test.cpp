#include "directory/import.hpp"

#include <sstream>

#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

Result<ImportCounts> import(TestServer& server, const std::string& text) {
    std::istringstream lines{text};
    auto& application = server.server().application();
    return import_directory(application.store(), application.zones(), application.roles(), lines);
}

}  // namespace

TEST_CASE("an import is idempotent, and all or nothing") {
    TestServer server;
    const auto users = server.number("SELECT COUNT(*) FROM users");
    const std::string good =
        R"({"type":"user","id":"nora","name":"Nora","email":"n@example.nl","timeZone":"europe/kiev"})"
        "\r\n\n"
        R"({"type":"membership","tenantId":"de-akker","userId":"nora","scopes":["b:c","a:b"]})"
        "\n";
    CHECK(import(server, good)->users == 1);
    CHECK(import(server, good)->memberships == 1);
    CHECK(server.number("SELECT COUNT(*) FROM users") == users + 1);
    CHECK(server.get("/api/v1/me", "nora").text("timeZone") == "Europe/Kiev");

    const std::string first = R"({"type":"user","id":"half","name":"Half","email":"h@example.nl"})"
                              "\n";
    const char* bad[] = {
        R"({"type":"user","id":"x","name":"X"})",
        R"({"type":"user","id":"x","name":"X","email":"x@y.z","roles":["king"]})",
        R"({"type":"user","id":"x","name":"X","email":"x@y.z","timeZone":"Mars/Base"})",
        R"({"type":"user","id":"x","name":"X","email":"x@y.z","allTenants":true})",
        R"({"type":"user","id":"x","name":"X","email":"x@y.z","shoeSize":43})",
        R"({"type":"tenant","id":"x","name":"X","profile":"none"})",
        R"({"type":"tenant","id":"x","name":"X","overrides":{"sessionCapMinutes":100000}})",
        R"({"type":"tenant","id":"x","name":"X","overrides":{"profile":"consent"}})",
        R"({"type":"membership","tenantId":"de-akker","userId":"nobody"})",
        R"({"type":"membership","tenantId":"de-akker","userId":"piet","scopes":["*"]})",
        R"({"type":"cat"})",
        "not json"};
    for (const std::string line : bad) {
        INFO(line);
        CHECK_FALSE(import(server, first + line + "\n").ok());
    }
    CHECK(server.number("SELECT COUNT(*) FROM users WHERE id = 'half'") == 0);
    CHECK(import(server, "\n{\"type\":\"cat\"}").error().message.substr(0, 7) == "line 2:");
}
