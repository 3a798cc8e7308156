#include "directory/import.hpp"

#include <sys/stat.h>

#include <sstream>

#include "hallpass_catch.hpp"
#include "signing/key_ring.hpp"
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

TEST_CASE("keys are made once, are nobody else's to read, and go on verifying after a rotation") {
    TemporaryFolder folder;
    const auto file = folder.file("keys.json");
    auto ring = KeyRing::open(file);
    struct stat info {};
    REQUIRE(::stat(file.c_str(), &info) == 0);
    CHECK((info.st_mode & 0777) == 0600);
    const auto first = ring.active().key_id();
    CHECK(KeyRing::open(file).active().key_id() == first);
    CHECK(ring.jwks_json().find("\"d\"") == std::string::npos);
    ring.rotate();
    ring.save(file);
    const auto again = KeyRing::open(file);
    CHECK(again.active().key_id() != first);
    CHECK(again.find(first) != nullptr);
    ::chmod(file.c_str(), 0644);
    CHECK_THROWS(KeyRing::open(file));
}

TEST_CASE("the thumbprint is RFC 8037's own example") {
    // RFC 8037 appendix A.1 to A.4: key, public part, thumbprint, signature.
    const auto seed = base64url_decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
    const auto key = SigningKey::from_seed(*seed);
    CHECK(key.key_id() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    CHECK(base64url_encode(key.sign("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc")) ==
          "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
}
