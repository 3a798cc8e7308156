// SQLite's write-ahead log: written together, copied beside the writer, and begun anew while it
// never rests.
#include <filesystem>
#include <fstream>
#include <future>

#include "hallpass_catch.hpp"
#include "store/store.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

/// How often this process has written something until now.
long writes() {
    std::ifstream input{"/proc/self/io"};
    for (std::string name; input >> name;) {
        long value = 0;
        input >> value;
        if (name == "syscw:") return value;
    }
    return -1;
}

/// A store in a file, and what fills its log.
struct Scene {
    TemporaryFolder folder;
    std::string file = folder.file("store.db"), database = "sqlite:" + file;
    SystemClock clock;
    Store store{database, clock};
    const std::string name = std::string(300'000, 'x');  // 74 pages

    void insert(Connection& connection, const std::string& prefix, int rows) const {
        for (int row = 0; row < rows; ++row) {
            connection.insert(TenantRow{prefix + std::to_string(row), name, "{}"});
        }
    }
};

}  // namespace

TEST_CASE("the log begins anew while changes follow each other without a pause", "[sqlite]") {
    Scene scene;
    auto& store = scene.store;
    // Two in turns, so that there is always something to write: 240 MB in all.
    const auto change = [&](const std::string& id) {
        for (int round = 0; round < 400; ++round) {
            store.write_now([&](Transaction& transaction) {
                transaction.store().execute("DELETE FROM tenants WHERE id = :id", {{"id", id}});
                transaction.store().insert(TenantRow{id, scene.name, "{}"});
            });
        }
    };
    auto other = std::async(std::launch::async, change, "other");
    change("one");
    other.get();
    CHECK(std::filesystem::file_size(scene.file + "-wal") < 120'000'000);
    CHECK(store.read([](Connection& connection) {
        return connection.number("SELECT COUNT(*) FROM tenants");
    }) == 2);
}

TEST_CASE("a reader's snapshot outlives the log's copying", "[sqlite]") {
    Scene scene;
    auto& store = scene.store;
    const auto count = [](Connection& connection) {
        return connection.number("SELECT COUNT(*) FROM tenants");
    };
    store.read([&](Connection& connection) {
        CHECK(count(connection) == 0);
        for (int change = 0; change < 200; ++change) {
            store.write_now([&](Transaction& transaction) {
                transaction.store().insert(TenantRow{std::to_string(change), scene.name, "{}"});
            });
        }
        CHECK(count(connection) == 0);
    });
    CHECK(store.read(count) == 200);
}

TEST_CASE("a transaction sees what it wrote beyond memory, and others once it is committed",
          "[sqlite]") {
    Scene scene;
    Connection other{scene.database};
    constexpr int rows = 100;  // 30 MB, of which memory holds 8 MiB
    const auto right = [&](Connection& connection) {
        return connection.number("SELECT COUNT(*) FROM tenants WHERE name = :name",
                                 {{"name", scene.name}});
    };
    scene.store.write_now([&](Transaction& transaction) {
        scene.insert(transaction.store(), "", rows);
        CHECK(right(transaction.store()) == rows);
        CHECK(right(other) == 0);
    });
    CHECK(right(other) == rows);
}

TEST_CASE("a commit's pages are written together", "[sqlite]") {
    Scene scene;
    const auto before = writes();
    REQUIRE(before > 0);
    scene.store.write_now(
        [&](Transaction& transaction) { scene.insert(transaction.store(), "", 1); });
    CHECK(writes() - before < 20);
}

TEST_CASE("what was undone after it outgrew memory is not in the way of who writes next",
          "[sqlite]") {
    Scene scene;
    auto& store = scene.store;
    Connection other{scene.database};
    other.number("PRAGMA wal_checkpoint(TRUNCATE)");
    CHECK_THROWS_AS(store.write_now([&](Transaction& transaction) {
        scene.insert(transaction.store(), "undone ", 60);
        throw StoreFault("the import was refused");
    }),
                    StoreFault);
    other.begin_write();
    scene.insert(other, "done ", 60);
    other.commit();
    CHECK(store.read([](Connection& connection) {
        return connection.number("SELECT COUNT(*) FROM tenants WHERE id LIKE 'done %'");
    }) == 60);
    store.write_now([&](Transaction& transaction) {
        CHECK(transaction.store().number("SELECT COUNT(*) FROM tenants") == 60);
    });
    CHECK(other.number("SELECT COUNT(*) FROM pragma_integrity_check"
                       " WHERE integrity_check <> 'ok'") == 0);
}
