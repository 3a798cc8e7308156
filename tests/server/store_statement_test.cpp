// A prepared statement is numbered, used again, and read: one run leaves nothing to the next.
#include "hallpass_catch.hpp"
#include "store/postgresql/numbered.hpp"
#include "store_group.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

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
