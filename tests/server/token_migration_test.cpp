// Tokens that an earlier version issued, after the table they are in was made anew.
#include <filesystem>

#include "hallpass_catch.hpp"
#include "store/migrations.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

/// The tables as the version before had them, with what is in them: on PostgreSQL one constraint
/// more, in a file the whole table.
constexpr const char* earlier_constraint =
    "ALTER TABLE tokens ADD CONSTRAINT tokens_status_list_status_index_key"
    " UNIQUE (status_list, status_index)";
constexpr const char* earlier_table[] = {
    "ALTER TABLE rejected_tokens RENAME TO new_rejected_tokens",
    "ALTER TABLE tokens RENAME TO new_tokens",
    "DROP INDEX tokens_of_session",
    "DROP INDEX ended_tokens",
    "DROP INDEX tokens_of_key",
    "DROP INDEX tokens_by_end",
    ("CREATE TABLE tokens (id TEXT PRIMARY KEY, session_id TEXT NOT NULL REFERENCES sessions(id),"
     " sha256 TEXT NOT NULL UNIQUE, key_id TEXT NOT NULL, status_list BIGINT NOT NULL,"
     " status_index BIGINT NOT NULL, issued_at_unix_ms BIGINT NOT NULL,"
     " expires_at_unix_ms BIGINT NOT NULL, scopes TEXT NOT NULL, revoked_at_unix_ms BIGINT,"
     " UNIQUE (status_list, status_index))"),
    "INSERT INTO tokens SELECT * FROM new_tokens",
    "CREATE INDEX tokens_of_session ON tokens (session_id)",
    ("CREATE INDEX ended_tokens ON tokens (status_list, expires_at_unix_ms, status_index)"
     " WHERE revoked_at_unix_ms IS NOT NULL AND revoked_at_unix_ms < expires_at_unix_ms"),
    "CREATE INDEX tokens_of_key ON tokens (key_id, expires_at_unix_ms)",
    ("CREATE INDEX tokens_by_end ON tokens (revoked_at_unix_ms)"
     " WHERE revoked_at_unix_ms IS NOT NULL"),
    ("CREATE TABLE rejected_tokens (token_id TEXT NOT NULL REFERENCES tokens(id),"
     " code TEXT NOT NULL, PRIMARY KEY (token_id, code))"),
    "INSERT INTO rejected_tokens SELECT * FROM new_rejected_tokens",
    "DROP TABLE new_rejected_tokens",
    "DROP TABLE new_tokens",
};

bool holds(const TestServer& server, const test::Reply& started) {
    const auto reply = server.post("/api/v1/support-access/validate-token",
                                   R"({"token":")" + started.text("delegatedToken") + R"("})");
    REQUIRE(reply.status == 200);
    return reply.text("is_valid") == "true";
}
void end(const TestServer& server, const test::Reply& started) {
    REQUIRE(
        server
            .post("/api/v1/support-access/support-sessions/" + started.text("session.id") + "/end",
                  "{}", "jan")
            .status == 200);
}
void make_earlier(Connection& store) {
    if (store.shared()) {
        store.run(earlier_constraint);
    } else {
        for (const auto* statement : earlier_table) store.run(statement);
    }
    store.run("DROP TABLE status_places");
    store.run("ALTER TABLE status_lists RENAME COLUMN places_taken TO issued");
    for (const std::string later :
         {"grants_of_ticket", "open_grants_of_tenant", "standing_grants_of_tenant"}) {
        store.run("DROP INDEX " + later);
    }
    store.run("DELETE FROM schema_versions WHERE version >= 16");
}
std::int64_t objects(TestServer& server) {
    return server.number(
        "SELECT COUNT(*) FROM sqlite_master WHERE tbl_name IN ('tokens', 'rejected_tokens')");
}

}  // namespace

TEST_CASE("tokens of an earlier version hold, and end, in the tables of this one") {
    TestServer server;
    Journey journey{server};
    const auto over = journey.start("jan", "els", "bureau");
    end(server, over);
    CHECK_FALSE(holds(server, over));
    server.server().application().store().write_now([](Transaction&) {});  // after that was kept
    REQUIRE(server.number("SELECT COUNT(*) FROM rejected_tokens") == 1);
    const auto live = journey.start("jan", "piet", "bureau");
    const bool file = !TestDatabase::on_postgresql();
    const auto before = file ? objects(server) : 0;

    server.server().application().store().write_now(
        [](Transaction& transaction) { make_earlier(transaction.store()); });
    if (file) CHECK(objects(server) == before + 2);  // the indexes of two constraints
    server.restart();

    CHECK(server.number("SELECT MAX(version) FROM schema_versions") == newest_schema);
    CHECK(server.number("SELECT COUNT(*) FROM tokens") == 2);
    CHECK(server.number("SELECT COUNT(*) FROM rejected_tokens") == 1);
    if (file) {
        CHECK(objects(server) == before);
        CHECK(server.number("SELECT COUNT(*) FROM pragma_foreign_key_check") == 0);
        CHECK(server.number("SELECT COUNT(*) FROM sqlite_master WHERE sql LIKE '%earlier_%'") == 0);
    } else {
        CHECK(server.number("SELECT COUNT(*) FROM pg_constraint WHERE contype = 'u'"
                            " AND conrelid = 'tokens'::regclass") == 0);
    }
    // What the version before asks first, should it be running still, before it gives a place.
    CHECK_THROWS_AS(server.number("SELECT issued FROM status_lists"), StoreFault);
    CHECK_THROWS_AS(server.server().application().store().write_now([](Transaction& transaction) {
        transaction.store().execute("INSERT INTO rejected_tokens VALUES ('nobody''s', 'why')");
        transaction.store().number("SELECT 1");
    }),
                    StoreFault);
    CHECK(holds(server, live));
    CHECK_FALSE(holds(server, over));
    // What is taken of their list is not known, so that new ones go into the next.
    REQUIRE(journey.start("jan", "els", "bureau").status == 201);
    CHECK(server.number("SELECT MAX(status_list) FROM tokens") == 2);
    end(server, live);
    CHECK_FALSE(holds(server, live));
    CHECK(server.number("SELECT COUNT(*) FROM tokens WHERE revoked_at_unix_ms IS NOT NULL") == 2);
}

TEST_CASE("the log that the tables' renewal made does not stay as large as it was", "[sqlite]") {
    const TemporaryFolder folder;
    const auto file = folder.file("store.db");
    {
        Connection connection{"sqlite:" + file};
        migrate(connection);
        connection.run("PRAGMA foreign_keys=OFF");
        make_earlier(connection);
        connection.run(
            "INSERT INTO tokens (id, session_id, sha256, key_id, status_list, status_index,"
            " issued_at_unix_ms, expires_at_unix_ms, scopes) WITH RECURSIVE each (n) AS"
            " (SELECT 1 UNION ALL SELECT n + 1 FROM each LIMIT 5000)"
            " SELECT 'tok_' || n, 'ses', 'sha ' || n, 'key', 1, n, 0, 0, '[]' FROM each");
    }
    Connection connection{"sqlite:" + file};
    connection.run("PRAGMA foreign_keys=OFF");
    migrate(connection);
    CHECK(connection.number("SELECT COUNT(*) FROM tokens") == 5000);
    CHECK(std::filesystem::file_size(file) > 500'000);
    CHECK(std::filesystem::file_size(file + "-wal") == 0);
}
