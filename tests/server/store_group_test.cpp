// Changes that share a commit: what one of them leaves behind when it is undone, and how a prepared
// statement is used again.
#include <future>

#include "hallpass_catch.hpp"
#include "store/postgresql/numbered.hpp"
#include "store/store.hpp"
#include "test_database.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

/// A store whose writer waits until a whole group has been queued.
struct Group {
    TemporaryFolder folder;
    TestDatabase database{folder.file("store.db")};
    SystemClock clock;
    Store store{database.url(), clock};
    std::promise<void> begun, go;
    std::vector<std::promise<bool>> ends{8};
    std::size_t queued = 0;

    Group() {
        store.write({[this](Transaction&) {
                         begun.set_value();
                         go.get_future().wait();
                         return true;
                     },
                     [](bool) {}});
        begun.get_future().wait();
    }
    void add(std::function<bool(Transaction&)> work) {
        auto& end = ends[queued++];
        store.write({std::move(work), [&end](bool durable) { end.set_value(durable); }});
    }
    void run() {
        go.set_value();
        for (std::size_t at = 0; at < queued; ++at) CHECK(ends[at].get_future().get());
    }
    std::int64_t number(const std::string& sql) {
        return store.read([&](Connection& connection) { return connection.number(sql); });
    }
};

std::optional<std::string> name_in(Connection& store, const std::string& id) {
    const auto row = store.find<TenantRow>("WHERE id = :id", {{"id", id}});
    return row ? std::optional{row->name} : std::nullopt;
}

/// What two tables have to say of a member.
struct NamedMember {
    static constexpr const char* table =
        "memberships JOIN tenants ON tenants.id = memberships.tenant_id";
    std::string name, scopes;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("tenants.name", row.name);
        visit("memberships.scopes", row.scopes);
    }
};

void put(Transaction& transaction, const std::string& id) {
    transaction.store().insert(TenantRow{id, "A tenant", "{}"});
    RecordRow entry;
    entry.event = "custom";
    entry.tenant_id = id;
    transaction.record(std::move(entry));
}

}  // namespace

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

TEST_CASE("a look-up sees what its own transaction wrote, however often it was made before") {
    Group group;
    std::vector<std::optional<std::string>> seen;
    group.add([&](Transaction& transaction) {
        auto& store = transaction.store();
        const auto look = [&] { seen.push_back(name_in(store, "a")); };
        seen.clear();
        look();
        store.insert(TenantRow{"a", "First", "{}"});
        look();
        look();
        store.execute("UPDATE tenants SET name = 'Second' WHERE id = :id", {{"id", "a"}});
        look();
        store.put("UPDATE tenants SET name = :name WHERE id = 'a'", {{"name", "Third"}});
        look();
        store.run("UPDATE tenants SET name = 'Fourth'");
        look();
        store.execute("DELETE FROM tenants WHERE id = 'a'");
        look();
        store.insert(TenantRow{"a", "Fifth", "{}"});
        return true;
    });
    group.add([&](Transaction& transaction) {
        seen.push_back(name_in(transaction.store(), "a"));
        return true;
    });
    group.run();
    const std::optional<std::string> none;
    CHECK(seen == std::vector<std::optional<std::string>>{none, "First", "First", "Second", "Third",
                                                          "Fourth", none, "Fifth"});
}

TEST_CASE("a look-up in several tables sees what was written to any of them") {
    Group group;
    std::vector<std::string> seen;
    group.add([&](Transaction& transaction) {
        auto& store = transaction.store();
        const auto look = [&] {
            const auto row = store.find<NamedMember>("WHERE tenants.id = :id", {{"id", "a"}});
            seen.push_back(row ? row->name + " " + row->scopes : "none");
        };
        seen.clear();
        look();
        UserRow user;
        user.id = "u";
        store.insert(TenantRow{"a", "First", "{}"});
        store.insert(user);
        look();
        store.insert(MembershipRow{"a", "u", "read"});
        look();
        store.put("UPDATE tenants SET name = :name", {{"name", "Second"}});
        look();
        store.execute("UPDATE memberships SET scopes = 'write'");
        look();
        store.execute("DELETE FROM memberships");
        look();
        return true;
    });
    group.run();
    CHECK(seen == std::vector<std::string>{"none", "none", "First read", "Second read",
                                           "Second write", "none"});
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

TEST_CASE("what is foreseen is found afterwards, as it is when it is looked for") {
    Group group;
    group.add([&](Transaction& transaction) {
        auto& store = transaction.store();
        put(transaction, "a");
        store.foresee([&] {
            name_in(store, "a");
            name_in(store, "b");
            name_in(store, "c");
        });
        store.insert(TenantRow{"b", "Later", "{}"});
        CHECK(name_in(store, "a") == "A tenant");
        CHECK(name_in(store, "b") == "Later");
        CHECK(!name_in(store, "c"));
        return true;
    });
    group.run();
    CHECK(group.number("SELECT COUNT(*) FROM tenants") == 2);
}

TEST_CASE(
    "what was told before a row was inserted is told again only where that row is none of it") {
    Group group;
    group.add([&](Transaction& transaction) {
        auto& store = transaction.store();
        const std::optional<std::string> none;
        const std::vector<std::pair<std::string, Binds>> queries{
            {"ORDER BY id", {}},
            {"WHERE id = :id", {{"id", "b"}}},
            {"WHERE id = :id", {{"id", "c"}}},
            {"WHERE id = :id", {{"id", none}}},
            {"WHERE id = :id AND name = :name", {{"id", "b"}, {"name", "B"}}},
            {"WHERE id = :id AND name = :name", {{"id", "b"}, {"name", "C"}}},
            {"WHERE policy = :id AND id <= :last ORDER BY id DESC", {{"id", "{}"}, {"last", "c"}}},
            {"WHERE policy = '{}' AND id IN ('b', 'c') ORDER BY id", {}},
            {"WHERE id = :id OR name = :name ORDER BY id", {{"id", "z"}, {"name", "B"}}},
            {"WHERE id = :id OR id > :id ORDER BY id", {{"id", "a"}}},
            {"WHERE (id = :id OR name = :name) AND policy = :all ORDER BY id",
             {{"id", "z"}, {"name", "C"}, {"all", "{}"}}},
            {"WHERE NOT (id = :id) ORDER BY id", {{"id", "a"}}},
            {"WHERE NOT(name = :name AND id = :id AND policy = :all) ORDER BY id",
             {{"name", "Z"}, {"id", "a"}, {"all", "{}"}}},
            {"WHERE id NOT IN ('a', 'z') AND policy = :all ORDER BY id", {{"all", "{}"}}},
            {"WHERE NOT id = :id AND NOT id = :other ORDER BY id", {{"id", "a"}, {"other", "z"}}},
        };
        const auto told = [&](const auto& query) {
            std::string ids;
            for (const auto& row : store.select<TenantRow>(query.first, query.second))
                ids += row.id;
            return ids;
        };
        const auto asked = [&](const auto& query) {
            std::string ids;
            store.query("SELECT id FROM tenants " + query.first, "t", query.second,
                        [&](Columns& row) { ids += row.text(); });
            return ids;
        };
        for (const char* id : {"a", "b", "c"}) {
            for (const auto& query : queries) told(query);
            store.foresee([&] {
                for (const auto& query : queries) told(query);
            });
            const std::string name{static_cast<char>(*id - 'a' + 'A')};
            store.insert(TenantRow{id, name, "{}"});
            for (const auto& query : queries) {
                INFO("after " << id << ": " << query.first);
                CHECK(told(query) == asked(query));
            }
        }
        return true;
    });
    group.run();
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

TEST_CASE("a statement's places are numbered as PostgreSQL wants them") {
    const auto checked = [](const char* sql, const char* expected,
                            const std::vector<std::string>& names) {
        const auto result = numbered(sql);
        CHECK(result.sql == expected);
        CHECK(result.names == names);
    };
    checked("SELECT 1", "SELECT 1", {});
    checked("a = :one AND b = :two_2", "a = $1 AND b = $2", {"one", "two_2"});
    checked("a = :now OR b > :now, :other", "a = $1 OR b > $1, $2", {"now", "other"});
    checked("':no' || :yes || x::text", "':no' || $1 || x::text", {"yes"});
    checked("'it''s :no' = :yes:", "'it''s :no' = $1:", {"yes"});
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

TEST_CASE("a statement that is used again takes each run's own values") {
    Group group;
    group.run();
    const std::string insert = "INSERT INTO tenants (id, name, policy) VALUES (:id, :name, :rest)";
    const std::string long_name(300, 'x');
    group.store.write_now([&](Transaction& transaction) {
        auto& store = transaction.store();
        store.execute(insert, {{"id", "a"}, {"name", "First"}, {"rest", "{}"}});
        store.execute(insert, {{"rest", "{}"}, {"name", long_name}, {"id", "b"}});
        store.execute(insert, {{"id", "c"}, {"name", ""}, {"rest", "{}"}});
    });
    const std::optional<std::string> none;
    CHECK_THROWS_AS(group.store.write_now([&](Transaction& transaction) {
        transaction.store().execute(insert, {{"id", "d"}, {"name", none}, {"rest", "{}"}});
    }),
                    ConstraintViolation);
    group.store.read([&](Connection& store) {
        const auto name_of = [&](const std::string& id) {
            std::string name;
            store.query("SELECT name FROM tenants WHERE id = :id", "t", {{"id", id}},
                        [&](Columns& row) { name = row.text(); });
            return name;
        };
        for (int time = 0; time < 2; ++time) {
            CHECK(name_of("a") == "First");
            CHECK(name_of("b") == long_name);
            CHECK(name_of("c").empty());
            CHECK(name_of("d").empty());
        }
        const std::string many = "SELECT id FROM tenants WHERE id > :low AND id < :high";
        const auto count = [&](const Binds& binds) {
            int found = 0;
            store.query(many, "t", binds, [&](Columns&) { ++found; });
            return found;
        };
        CHECK(count({{"low", "a"}, {"high", "c"}}) == 1);
        CHECK(count({{"high", "d"}, {"low", "a"}}) == 2);
        CHECK(store.number("SELECT COUNT(*) FROM tenants") == 3);
    });
}

TEST_CASE("where a row has nothing, nothing of another row is read") {
    TemporaryFolder folder;
    TestDatabase database{folder.file("store.db")};
    Connection store{database.url()};
    store.run("CREATE TABLE things (place BIGINT, name TEXT, weight BIGINT)");
    for (const bool full : {true, false, true}) {
        store.execute("INSERT INTO things VALUES (:place, :name, :weight)",
                      {{"place", store.number("SELECT COUNT(*) FROM things")},
                       {"name", full ? std::optional<std::string>{"stone"} : std::nullopt},
                       {"weight", full ? std::optional<std::int64_t>{7} : std::nullopt}});
    }
    std::vector<std::pair<std::string, std::int64_t>> read;
    for (int run = 0; run < 2; ++run) {
        store.query("SELECT name, weight FROM things WHERE place > :after ORDER BY place", "tn",
                    {{"after", -run}}, [&](Columns& row) {
                        auto name = row.text();
                        read.emplace_back(std::move(name), row.number());
                    });
    }
    const std::vector<std::pair<std::string, std::int64_t>> wanted{
        {"", 0}, {"stone", 7}, {"stone", 7}, {"", 0}, {"stone", 7}};
    CHECK(read == wanted);
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
