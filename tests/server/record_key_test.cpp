// A record has one key, whichever of the servers that share its database signs.
#include "audit/record_key.hpp"

#include <fstream>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "signing/key_fault.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

/// A second place for a server of the same database: the same token keys, its own record key.
struct OtherPlace {
    TemporaryFolder folder;
    std::string key_file = folder.file("keys.json"), record_key = key_file + ".record-key";

    explicit OtherPlace(const TestServer& server) {
        fs::copy_file(server.settings().key_file, key_file);
    }
    void bring_key_of(const TestServer& server) const {
        fs::copy_file(record_key_file_of(server.settings()), record_key,
                      fs::copy_options::overwrite_existing);
    }
    /// The real program, which ends by itself: it checks, or cannot start.
    Outcome run(const TestServer& server, std::vector<std::string> words) const {
        words.insert(words.end(),
                     {"--database", server.settings().database, "--key-file", key_file});
        return hallpassd(words);
    }
    Outcome serve(const TestServer& server) const {
        return run(server, {"serve", "--demo", "--port", "0"});
    }
};

std::string verifier_in(const TestServer& server) {
    return server.get("/api/v1/audit/key", "jan").body;
}

}  // namespace

TEST_CASE("a server with another record key does not start") {
    TestServer server;
    const OtherPlace other{server};
    const auto missing = other.serve(server);
    INFO(missing.output);
    CHECK(missing.exit_code == 1);
    CHECK_THAT(missing.output, Contains("record_key_differs"));
    CHECK_THAT(missing.output, Contains("audit rekey"));
    CHECK_FALSE(fs::exists(other.record_key));
    CHECK_THAT(other.run(server, {"serve", "--check", "--demo"}).output,
               Contains("REFUSED  record's key"));

    RecordKey::open(other.record_key, "elsewhere/record");
    const auto foreign = other.serve(server);
    CHECK(foreign.exit_code == 1);
    CHECK_THAT(foreign.output, Contains("record_key_differs"));
    CHECK_THAT(other.run(server, {"serve", "--check", "--demo"}).output,
               Contains("REFUSED  record's key"));

    other.bring_key_of(server);
    CHECK_THAT(other.run(server, {"serve", "--check", "--demo"}).output,
               Contains("good     record's key"));
    const TestServer second{[&](Settings& settings) {
        settings.database = server.settings().database;
        settings.key_file = other.key_file;
    }};
    CHECK(verifier_in(second) == verifier_in(server));
}

TEST_CASE("a database that does not name its record's key yet goes by its newest head") {
    TestServer server;
    Journey{server}.request_grant();
    server.server().application().sign_head();
    REQUIRE(server.number("SELECT COUNT(*) FROM checkpoints") > 0);
    const OtherPlace other{server};
    RecordKey::open(other.record_key, "elsewhere/record");
    server.server().application().store().write_now(
        [](Transaction& transaction) { transaction.store().execute("DELETE FROM record_key"); });
    CHECK_THAT(other.serve(server).output, Contains("record_key_differs"));
    CHECK(server.number("SELECT COUNT(*) FROM record_key") == 0);
    server.restart();
    CHECK(server.number("SELECT COUNT(*) FROM record_key") == 1);
    CHECK_THAT(other.serve(server).output, Contains("record_key_differs"));
}

TEST_CASE("the record's key is replaced by a command, on record") {
    TestServer server;
    const auto file = record_key_file_of(server.settings());
    const auto before = verifier_in(server);
    const auto rekey = [&] {
        return hallpassd({"audit", "rekey", "--database", server.settings().database, "--key-file",
                          server.settings().key_file});
    };
    const auto same = rekey();
    INFO(same.output);
    CHECK(same.exit_code == 0);
    CHECK_THAT(same.output, Contains("already"));
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'record_key_changed'") == 0);

    fs::rename(file, file + ".old");
    const auto changed = rekey();
    INFO(changed.output);
    CHECK(changed.exit_code == 0);
    CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'record_key_changed'") == 1);
    server.restart();
    const auto after = verifier_in(server);
    CHECK(after != before);
    // The same record: its name stays.
    CHECK(after.substr(0, after.find('+')) == before.substr(0, before.find('+')));
    Journey{server}.request_grant();
    server.server().application().sign_head();

    const auto line = [](const std::string& text) { return text.substr(0, text.find('\n')); };
    const auto verified = hallpassd({"audit", "verify", "--database", server.settings().database,
                                     "--record-key", line(before), "--record-key", line(after)});
    INFO(verified.output);
    CHECK(verified.exit_code == 0);
}

TEST_CASE("a record that never had a key is not rekeyed") {
    const TemporaryFolder folder;
    const auto outcome =
        hallpassd({"audit", "rekey", "--database", "sqlite:" + folder.file("none.db")});
    CHECK(outcome.exit_code == 1);
    CHECK_FALSE(fs::exists(folder.file("none.db")));
}
