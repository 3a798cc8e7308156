// What sessions and tokens refer to is there for as long as they are, whichever database keeps it
// so, and by whatever means it does.
#include <future>

#include "hallpass_catch.hpp"
#include "store/migration_steps.hpp"
#include "store/migrations.hpp"
#include "store/store.hpp"
#include "two_servers.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

GrantRow grant_row(const std::string& id) {
    GrantRow row;
    row.id = id;
    row.tenant_id = "other-t";
    row.subject_id = "els";
    row.status = "declined";
    return row;
}

SessionRow session_row(const std::string& id) {
    SessionRow row;
    row.id = row.exclusive_key = row.code_sha256 = id;
    row.tenant_id = "t";
    row.subject_id = "piet";
    row.agent_id = "jan";
    row.grant_id = "g";
    row.status = "active";
    return row;
}

TokenRow token_row(const std::string& id, const std::string& session_id) {
    TokenRow row;
    row.id = row.sha256 = id;
    row.session_id = session_id;
    row.status_index = static_cast<std::int64_t>(id.size());
    return row;
}

/// A store in which two sessions, one of them with a token, refer to a tenant, two users and a
/// grant, which nothing else refers to. Nothing refers to those whose names begin with "free".
struct Referring {
    TemporaryFolder folder;
    TestDatabase database{folder.file("store.db")};
    SystemClock clock;
    Store store{database.url(), clock};

    Referring() {
        store.write_now([](Transaction& transaction) {
            auto& rows = transaction.store();
            for (const auto* id : {"t", "other-t", "free-t"})
                rows.insert(TenantRow{id, "A tenant", "{}"});
            for (const auto* id : {"piet", "jan", "els", "free-els"}) {
                UserRow user;
                user.id = id;
                rows.insert(user);
            }
            for (const auto* id : {"g", "free-g"}) rows.insert(grant_row(id));
            for (const auto* id : {"s", "free-s"}) rows.insert(session_row(id));
            rows.insert(token_row("tok", "s"));
        });
    }
    /// Whether a change is refused for what refers to what it takes away.
    bool refuses(const std::string& statement) {
        try {
            store.write_now(
                [&](Transaction& transaction) { transaction.store().execute(statement); });
            return false;
        } catch (const ConstraintViolation&) {
            return true;
        }
    }
};

/// Brings the tables to an earlier version, as the server of that time did.
void bring_to(Connection& connection, std::size_t version) {
    connection.run("CREATE TABLE schema_versions (version BIGINT PRIMARY KEY)");
    std::int64_t done = 0;
    for (const auto& step : migration_steps().first(version)) {
        for (const char* statement : step.statements) connection.run(statement);
        if (step.work != nullptr) step.work(connection);
        connection.execute("INSERT INTO schema_versions (version) VALUES (:version)",
                           {{"version", ++done}});
    }
}

/// The indexes and constraints of the tables whose references went.
std::vector<std::string> constraints(Connection& connection) {
    std::vector<std::string> all;
    const auto add = [&](Columns& row) { all.push_back(row.text()); };
    connection.query(
        "SELECT CAST(conrelid AS regclass) || ' ' || conname || ' ' || pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE conrelid IN (to_regclass('sessions'), to_regclass('tokens'))"
        " UNION ALL SELECT indexdef FROM pg_indexes WHERE tablename IN ('sessions', 'tokens')"
        " ORDER BY 1",
        "t", {}, add);
    return all;
}

}  // namespace

TEST_CASE("constraints that were given other names go all the same", "[.postgresql]") {
    const TestDatabase fresh{""}, earlier{"", false};
    Connection connection{earlier.url()};
    bring_to(connection, 14);
    for (const std::string name :
         {"sessions RENAME CONSTRAINT sessions_tenant_id_fkey TO \"The tenant\"",
          "sessions RENAME CONSTRAINT sessions_grant_id_fkey TO fk1",
          "tokens RENAME CONSTRAINT tokens_session_id_fkey TO fk1",
          "tokens RENAME CONSTRAINT tokens_sha256_key TO \"a \"\"hash\"\"\"",
          "tokens RENAME CONSTRAINT tokens_status_list_status_index_key TO places"}) {
        connection.run("ALTER TABLE " + name);
    }
    // One that is gone already is no matter.
    connection.run("ALTER TABLE sessions DROP CONSTRAINT sessions_agent_id_fkey");
    // The owner's own stay.
    connection.run("ALTER TABLE tokens ADD CONSTRAINT own UNIQUE (sha256, key_id)");
    migrate(connection);
    Connection expected{fresh.url()};
    CHECK(constraints(connection).size() == constraints(expected).size() + 2);
    connection.run("ALTER TABLE tokens DROP CONSTRAINT own");
    CHECK(constraints(connection) == constraints(expected));
}

TEST_CASE("what is referred to stays, under its name") {
    Referring referring;
    for (const std::string row :
         {"tenants WHERE id = 't'", "users WHERE id = 'piet'", "users WHERE id = 'jan'",
          "grants WHERE id = 'g'", "sessions WHERE id = 's'"}) {
        INFO(row);
        CHECK(referring.refuses("DELETE FROM " + row));
        auto renamed = row;
        CHECK(referring.refuses("UPDATE " + renamed.replace(row.find(' '), 1, " SET id = 'x' ")));
    }
    // What changes nothing of that is no matter, nor what nothing refers to.
    CHECK_FALSE(referring.refuses("UPDATE users SET id = 'piet', name = 'Piet' WHERE id = 'piet'"));
    for (const std::string row : {"tenants WHERE id = 'free-t'", "users WHERE id = 'free-els'",
                                  "grants WHERE id = 'free-g'", "sessions WHERE id = 'free-s'"}) {
        INFO(row);
        CHECK_FALSE(referring.refuses("DELETE FROM " + row));
    }
    CHECK_FALSE(referring.refuses("DELETE FROM tokens"));
    CHECK_FALSE(referring.refuses("DELETE FROM sessions"));
    CHECK_FALSE(referring.refuses("DELETE FROM grants"));
}

TEST_CASE("who removes a row by hand waits for what comes to refer to it, and sees it",
          "[.postgresql]") {
    const Referring referring;
    Connection writer{referring.database.url()}, hand{referring.database.url()};
    writer.begin_write();
    auto row = session_row("new");
    row.agent_id = "free-els";
    writer.insert(row);
    auto removal = std::async(std::launch::async, [&] {
        try {
            hand.execute("DELETE FROM users WHERE id = 'free-els'");
            return std::string{"removed"};
        } catch (const ConstraintViolation&) {
            return std::string{"refused"};
        }
    });
    // Until it waits: else it would see the row without waiting.
    Connection other{referring.database.url()};
    REQUIRE(soon([&] {
        return other.number(
                   "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory'"
                   " AND NOT granted") == 1;
    }));
    writer.commit();
    CHECK(removal.get() == "refused");
}

TEST_CASE("what would not see what refers to a row may not remove it", "[.postgresql]") {
    const Referring referring;
    Connection hand{referring.database.url()};
    for (const std::string level : {"REPEATABLE READ", "SERIALIZABLE"}) {
        hand.run("BEGIN ISOLATION LEVEL " + level);
        CHECK_THROWS_AS(hand.execute("DELETE FROM users WHERE id = 'free-els'"), StoreFault);
        hand.rollback();
    }
    for (const std::string table : {"tenants", "users", "grants", "sessions"}) {
        CHECK_THROWS_AS(hand.execute("TRUNCATE " + table + " CASCADE"), StoreFault);
    }
    // Another table of that name, which is found first, has nothing to say.
    hand.run(
        "CREATE TEMP TABLE sessions (tenant_id text, subject_id text, agent_id text,"
        " grant_id text)");
    CHECK_THROWS_AS(hand.execute("DELETE FROM users WHERE id = 'piet'"), ConstraintViolation);
    hand.execute("DELETE FROM users WHERE id = 'free-els'");
    CHECK(hand.number("SELECT COUNT(*) FROM public.sessions") == 2);
    CHECK(hand.number("SELECT COUNT(*) FROM users WHERE id = 'free-els'") == 0);
}
