#include "directory/import.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
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
        R"({"type":"user","id":"x","name":"X\u0000","email":"x@y.z"})",
        R"({"type":"user","id":"x","name":"X\nY","email":"x@y.z"})",
        R"({"type":"user","id":"x","name":"X","email":"x@y.z\r\nBcc: all@y.z"})",
        R"({"type":"tenant","id":"x","name":"X\u0000"})",
        "not json"};
    for (const std::string line : bad) {
        INFO(line);
        const auto refused = import(server, first + line + "\n");
        CHECK_FALSE(refused.ok());
        // What only the database can tell names no line.
        const bool of_a_line = line.find("nobody") == std::string::npos;
        CHECK((refused.error().message.substr(0, 7) == "line 2:") == of_a_line);
    }
    CHECK(server.number("SELECT COUNT(*) FROM users WHERE id = 'half'") == 0);
    CHECK(import(server, "\n{\"type\":\"cat\"}").error().message.substr(0, 7) == "line 2:");
}

namespace {

/// A folder with a database of its own, and a file of 25,000 lines to import.
struct ImportPlace {
    TemporaryFolder folder;
    std::string lines = folder.file("directory.jsonl");

    ImportPlace() {
        std::ofstream file{lines};
        for (int i = 0; i < 25'000; ++i) {
            const auto id = "u" + std::to_string(i);
            file << R"({"type":"user","id":")" << id << R"(","name":"U","email":")" << id
                 << "@example.nl\"}\n";
        }
    }
    std::vector<std::string> arguments(std::vector<std::string> more = {}) const {
        more.insert(more.end(),
                    {"--database", "sqlite:" + folder.file("hallpass.db"), "import", lines});
        return more;
    }
};

}  // namespace

TEST_CASE("an import shows how far it has come: a line each, or on a terminal the same line",
          "[sqlite]") {
    const ImportPlace place;
    const auto kept = hallpassd(place.arguments());
    CHECK(kept.exit_code == 0);
    CHECK(kept.output ==
          "10000 lines read\n20000 lines read\n10000 of 25000 written\n20000 of 25000 written\n"
          "imported 0 tenants, 25000 users, 0 memberships\n");

    const auto watched =
        HallpassProcess{place.arguments(), HallpassProcess::Output::terminal}.finish();
    CHECK(watched.exit_code == 0);
    const std::string over = "\r\033[K";
    CHECK(watched.output == over + "10000 lines read" + over + "20000 lines read" + over +
                                "10000 of 25000 written" + over +
                                "20000 of 25000 written\r\n"
                                "imported 0 tenants, 25000 users, 0 memberships\r\n");
}

TEST_CASE("an import knows the time zones that the settings name", "[sqlite]") {
    const ImportPlace place;
    const auto zones = place.folder.file("zones.bin");
    std::ofstream{zones} << "not a table";
    const auto refused = hallpassd(place.arguments({"--zones", zones}));
    CHECK(refused.exit_code == 1);
    CHECK(refused.output == "hallpassd: the time-zone file is not valid\n");
}

TEST_CASE("a file that cannot be read to its end is not imported by halves", "[sqlite]") {
    const TemporaryFolder folder;
    // Reading a folder fails as a broken disk does.
    const auto refused = hallpassd(
        {"--database", "sqlite:" + folder.file("hallpass.db"), "import", folder.path().string()});
    CHECK(refused.exit_code == 1);
    CHECK(refused.output == "nothing was imported: the file cannot be read to its end\n");

    // Half of it may have come before.
    TestServer server;
    std::istringstream lines{R"({"type":"tenant","id":"half","name":"Half"})"
                             "\n"};
    struct Broken : std::streambuf {
        explicit Broken(std::streambuf* half) : half_(half) {}
        int_type underflow() override {
            const auto next = half_->sbumpc();
            if (next == traits_type::eof()) throw std::runtime_error("the disk is broken");
            byte_ = traits_type::to_char_type(next);
            setg(&byte_, &byte_, &byte_ + 1);
            return next;
        }
        std::streambuf* half_;
        char byte_ = 0;
    } half{lines.rdbuf()};
    std::istream broken{&half};
    auto& application = server.server().application();
    CHECK_FALSE(
        import_directory(application.store(), application.zones(), application.roles(), broken)
            .ok());
    CHECK(server.number("SELECT COUNT(*) FROM tenants WHERE id = 'half'") == 0);
}
