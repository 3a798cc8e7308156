// SQLite's own statements: what goes in comes out as it was, and a run leaves nothing to the next.
#include "hallpass_catch.hpp"
#include "store/connection.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

const std::string fill = "INSERT INTO things (name, weight) VALUES (:name, :weight)";
const std::string all = "SELECT name, weight FROM things ORDER BY rowid";

struct Things {
    TemporaryFolder folder;
    Connection store{"sqlite:" + folder.file("things.db")};

    Things() { store.run("CREATE TABLE things (name TEXT UNIQUE, weight BIGINT)"); }

    using Thing = std::pair<std::optional<std::string>, std::optional<std::int64_t>>;
    std::vector<Thing> read() {
        std::vector<Thing> found;
        store.query(all, "tn", {}, [&](Columns& row) {
            auto name = row.optional_text();
            found.emplace_back(std::move(name), row.optional_number());
        });
        return found;
    }
};

}  // namespace

TEST_CASE("SQLite keeps each value as it was given") {
    Things things;
    const std::string bytes{"a\0b\xff\xc0", 5};
    const auto least = std::numeric_limits<std::int64_t>::min();
    const std::vector<Things::Thing> given{{bytes, least},
                                           {"", 0},
                                           {std::nullopt, std::nullopt},
                                           {std::string(100'000, 'x'), std::int64_t{1} << 62}};
    for (const auto& [name, weight] : given) {
        CHECK(things.store.execute(fill, {{"name", name}, {"weight", weight}}) == 1);
    }
    CHECK(things.read() == given);
    // A row's texts are not copied on their way in.
    const std::string lent = "lent";
    things.store.put(fill, {Bound::borrowing("name", lent), Bound::borrowing("weight", true)});
    CHECK(things.read().back() == Things::Thing{"lent", 1});
}

TEST_CASE("a run of an SQLite statement has its own values alone") {
    Things things;
    things.store.execute(fill, {{"name", "stone"}, {"weight", 3}});
    // In another order, and of other kinds.
    things.store.execute(fill, {{"weight", "9"}, {"name", 7}});
    CHECK(things.read() == std::vector<Things::Thing>{{"stone", 3}, {"7", 9}});

    CHECK_THROWS_AS(things.store.execute(fill, {{"name", "half"}}), StoreFault);
    CHECK_THROWS_AS(
        things.store.execute(fill, {{"name", "more"}, {"weight", 1}, {"colour", "blue"}}),
        StoreFault);
    CHECK_THROWS_AS(things.store.execute("INSERT INTO nothing VALUES (1)"), StoreFault);
    CHECK_THROWS_AS(things.store.execute(fill, {{"name", "stone"}, {"weight", 1}}),
                    ConstraintViolation);
    CHECK(things.read().size() == 2);
    CHECK(things.store.execute(fill, {{"name", "pebble"}, {"weight", 1}}) == 1);
}

TEST_CASE("only what changes rows counts as a change") {
    Things things;
    things.store.begin_write();
    things.store.execute(fill, {{"name", "stone"}, {"weight", 3}});
    things.store.commit();
    const auto marks = things.store.marks();
    things.store.begin_write();
    CHECK(things.store.execute("SAVEPOINT one") == 0);
    CHECK(things.store.execute("UPDATE things SET weight = 4 WHERE name = 'sand'") == 0);
    CHECK(things.read().size() == 1);
    things.store.commit();
    CHECK(things.store.marks() == marks);
    CHECK(things.store.execute("UPDATE things SET weight = 4 WHERE name = 'stone'") == 1);
    CHECK(things.store.marks() == marks + 1);
}

TEST_CASE("a query that its reader breaks off holds no snapshot, and can be asked again") {
    Things things;
    for (int at = 0; at < 3; ++at) {
        things.store.execute(fill, {{"name", std::to_string(at)}, {"weight", at}});
    }
    CHECK_THROWS_AS(
        things.store.query(all, "tn", {}, [](Columns&) { throw std::runtime_error("enough"); }),
        std::runtime_error);
    Connection other{"sqlite:" + things.folder.file("things.db")};
    other.execute(fill, {{"name", "new"}, {"weight", 9}});
    CHECK(things.read().size() == 4);
    things.store.run("DROP TABLE things");  // refused while a statement reads it
}

TEST_CASE("what is no single statement with those columns is refused before it runs") {
    Things things;
    things.store.execute(fill, {{"name", "stone"}, {"weight", 3}});
    CHECK_THROWS_AS(things.store.execute("DELETE FROM things; DELETE FROM things"), StoreFault);
    CHECK_THROWS_AS(things.store.execute(" "), StoreFault);
    CHECK_THROWS_AS(things.store.query("SELECT name FROM things", "tn", {}, [](Columns&) {}),
                    StoreFault);
    CHECK(things.read().size() == 1);
}

TEST_CASE("the reader of a statement's rows cannot run it anew") {
    Things things;
    for (const char* name : {"stone", "sand"}) {
        things.store.execute(fill, {{"name", name}, {"weight", 3}});
    }
    int rows = 0;
    things.store.query(all, "tn", {}, [&](Columns&) {
        ++rows;
        CHECK_THROWS_AS(things.read(), std::logic_error);
    });
    CHECK(rows == 2);
    CHECK(things.read().size() == 2);
}

TEST_CASE("the reader of a statement's rows may run others, but none that would end it") {
    Things things;
    for (const char* name : {"stone", "sand"}) {
        things.store.execute(fill, {{"name", name}, {"weight", 3}});
    }
    std::vector<std::string> names;
    things.store.query(all, "tn", {}, [&](Columns& row) {
        // More than a connection keeps.
        for (int at = 0; at < 600; ++at) {
            REQUIRE(things.store.number("SELECT " + std::to_string(at)) == at);
        }
        CHECK_THROWS_WITH(things.store.query(all, "tt", {}, [](Columns&) {}),
                          "a statement is in use");
        names.push_back(row.text());
    });
    CHECK(names.size() == 2);
    CHECK(names.front() != names.back());
    things.store.query(all, "tt", {}, [&](Columns& row) { names.push_back(row.text()); });
    CHECK(names.size() == 4);
}
