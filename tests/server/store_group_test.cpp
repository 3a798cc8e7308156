// Changes that share a commit: what one of them leaves behind when it is undone, and in what order
// their rows are written.
#include "store_group.hpp"

#include "hallpass_catch.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

TEST_CASE("a change that is undone leaves nothing, and takes none of its group with it") {
    Group group;
    int kept_runs = 0;
    group.add([&](Transaction& transaction) {
        put(transaction, "kept-" + std::to_string(++kept_runs));
        return true;
    });
    group.add([](Transaction& transaction) {
        put(transaction, "undone");
        return false;
    });
    group.add([](Transaction& transaction) -> bool {
        put(transaction, "thrown");
        throw std::runtime_error("on purpose");
    });
    group.add([](Transaction& transaction) {
        try {
            put(transaction, "twice");
            put(transaction, "twice");
        } catch (const ConstraintViolation&) {
            return false;
        }
        return true;
    });
    group.add([](Transaction& transaction) {
        put(transaction, "last");
        return true;
    });
    group.run();
    CHECK(kept_runs == 2);  // once more, with a savepoint for each
    CHECK(group.number("SELECT COUNT(*) FROM tenants") == 2);
    CHECK(group.number("SELECT COUNT(*) FROM tenants WHERE id IN ('kept-2', 'last')") == 2);
    CHECK(group.number("SELECT MAX(sequence) FROM record") == 2);
    CHECK(group.number("SELECT COUNT(*) FROM record WHERE tenant_id IN ('kept-2', 'last')") == 2);
}

TEST_CASE("a row that is refused is its own change's fault, wherever in the group it stands") {
    for (const bool at_the_end : {false, true}) {
        Group group;
        int violations = 0, runs = 0;
        const auto twice = [&](Transaction& transaction) {
            try {
                put(transaction, "twice");
                put(transaction, "twice");
            } catch (const ConstraintViolation&) {
                ++violations;
                return false;
            }
            return true;
        };
        group.add([&](Transaction& transaction) {
            put(transaction, "first");
            return true;
        });
        if (!at_the_end) group.add(twice);
        group.add([&](Transaction& transaction) {
            ++runs;
            put(transaction, "second");
            return transaction.store().number("SELECT COUNT(*) FROM tenants") == 2;
        });
        if (at_the_end) group.add(twice);
        group.run();
        CHECK(violations >= 1);
        CHECK(runs >= 1);
        CHECK(group.number("SELECT COUNT(*) FROM tenants WHERE id IN ('first', 'second')") == 2);
        CHECK(group.number("SELECT COUNT(*) FROM tenants") == 2);
        CHECK(group.number("SELECT MAX(sequence) FROM record") == 2);
        CHECK(group.number("SELECT COUNT(*) FROM record") == 2);
    }
}

TEST_CASE("a change of more rows than connections hold answers for is written whole") {
    constexpr int rows = 5'000;
    Group group;
    group.add([&](Transaction& transaction) {
        for (int at = 0; at < rows; ++at) {
            transaction.store().insert(TenantRow{std::to_string(at), "A tenant", "{}"});
        }
        return true;
    });
    group.run();
    CHECK(group.number("SELECT COUNT(*) FROM tenants") == rows);
}

TEST_CASE("rows that refer to others are written after these, whichever change they are of") {
    Group group;
    const auto user = [](const std::string& id) {
        UserRow row;
        row.id = id;
        return row;
    };
    const auto member = [](const std::string& user_id) {
        return MembershipRow{"tenant", user_id, "a"};
    };
    group.add([&](Transaction& transaction) {
        transaction.store().insert(TenantRow{"tenant", "A tenant", "{}"});
        transaction.store().insert(user("u0"));
        return transaction.store().number("SELECT COUNT(*) FROM users") == 1;
    });
    int runs = 0;
    group.add([&](Transaction& transaction) {
        ++runs;
        transaction.store().insert(member("u0"));
        return true;
    });
    for (const auto* id : {"u1", "u2", "u3"}) {
        group.add([&, id](Transaction& transaction) {
            transaction.store().insert(user(id));
            transaction.store().insert(member(id));
            return true;
        });
    }
    group.run();
    CHECK(runs == 1);
    CHECK(group.number("SELECT COUNT(*) FROM memberships") == 4);
}

TEST_CASE("rows that others refer to are known as such", "[.postgresql]") {
    const TestDatabase database{""};
    Connection connection{database.url()};
    std::string tables;
    // What refers to tokens is written by a statement of its own.
    connection.query(
        "SELECT DISTINCT confrelid::regclass::text AS name FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid::regclass::text <> 'rejected_tokens' ORDER BY name",
        "t", {}, [&](Columns& row) { tables += row.text() + " "; });
    CHECK(tables == "grants tenants users ");
}

TEST_CASE("a connection that is lost before a write was waited for loses nothing",
          "[.postgresql]") {
    Group group;
    int runs = 0;
    group.add([&](Transaction& transaction) {
        put(transaction, "first");
        transaction.store().insert(TenantRow{"pending", "A tenant", "{}"});
        if (++runs > 1) return true;
        CHECK(cut_connections(group.database.url()) >= 1);
        return true;
    });
    group.add([](Transaction& transaction) {
        put(transaction, "second");
        return true;
    });
    group.run();
    CHECK(runs == 2);
    CHECK(group.number("SELECT COUNT(*) FROM tenants") == 3);
    CHECK(group.number("SELECT MAX(sequence) FROM record") == 2);
}

TEST_CASE("a change that was refused before it did anything costs its group nothing") {
    Group group;
    int runs = 0;
    group.add([&](Transaction& transaction) {
        ++runs;
        put(transaction, "kept");
        return true;
    });
    group.add([](Transaction& transaction) {
        return transaction.store().number("SELECT COUNT(*) FROM tenants") == 0;
    });
    group.add([](Transaction& transaction) {
        put(transaction, "last");
        return true;
    });
    group.run();
    CHECK(runs == 1);
    CHECK(group.number("SELECT COUNT(*) FROM tenants") == 2);
    CHECK(group.number("SELECT MAX(sequence) FROM record") == 2);
}

TEST_CASE("a transaction that the database ends by itself takes its whole group", "[sqlite]") {
    Group group;
    group.add([](Transaction& transaction) {
        put(transaction, "before");
        return true;
    });
    group.add([](Transaction& transaction) {
        transaction.store().run("ROLLBACK");  // as SQLite does where its memory or the disk fails
        return true;
    });
    group.add([](Transaction& transaction) {
        put(transaction, "after");
        return true;
    });
    group.go.set_value();
    for (std::size_t at = 0; at < group.queued; ++at) {
        CHECK_FALSE(group.ends[at].get_future().get());
    }
    CHECK(group.number("SELECT COUNT(*) FROM tenants") == 0);
    CHECK(group.number("SELECT COUNT(*) FROM record") == 0);
    group.store.write_now([](Transaction& transaction) { put(transaction, "later"); });
    CHECK(group.number("SELECT COUNT(*) FROM tenants") == 1);
}
