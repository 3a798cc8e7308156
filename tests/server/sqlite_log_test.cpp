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

}  // namespace

TEST_CASE("the log begins anew while changes follow each other without a pause", "[sqlite]") {
    const TemporaryFolder folder;
    const auto file = folder.file("store.db");
    const SystemClock clock;
    Store store{"sqlite:" + file, clock};
    const std::string name(300'000, 'x');
    // Two in turns, so that there is always something to write: 240 MB in all.
    const auto change = [&](const std::string& id) {
        for (int round = 0; round < 400; ++round) {
            store.write_now([&](Transaction& transaction) {
                transaction.store().execute("DELETE FROM tenants WHERE id = :id", {{"id", id}});
                transaction.store().insert(TenantRow{id, name, "{}"});
            });
        }
    };
    auto other = std::async(std::launch::async, change, "other");
    change("one");
    other.get();
    CHECK(std::filesystem::file_size(file + "-wal") < 120'000'000);
    CHECK(store.read([](Connection& connection) {
        return connection.number("SELECT COUNT(*) FROM tenants");
    }) == 2);
}

TEST_CASE("a reader's snapshot outlives the log's copying", "[sqlite]") {
    const TemporaryFolder folder;
    const SystemClock clock;
    Store store{"sqlite:" + folder.file("store.db"), clock};
    const std::string name(300'000, 'x');
    const auto count = [](Connection& connection) {
        return connection.number("SELECT COUNT(*) FROM tenants");
    };
    store.read([&](Connection& connection) {
        CHECK(count(connection) == 0);
        for (int change = 0; change < 200; ++change) {
            store.write_now([&](Transaction& transaction) {
                transaction.store().insert(TenantRow{std::to_string(change), name, "{}"});
            });
        }
        CHECK(count(connection) == 0);
    });
    CHECK(store.read(count) == 200);
}

TEST_CASE("a transaction sees what it wrote beyond memory, and others once it is committed",
          "[sqlite]") {
    const TemporaryFolder folder;
    const auto database = "sqlite:" + folder.file("store.db");
    const SystemClock clock;
    Store store{database, clock};
    Connection other{database};
    const std::string name(300'000, 'x');
    constexpr int rows = 100;  // 30 MB, of which memory holds 8 MiB
    const auto right = [&](Connection& connection) {
        return connection.number("SELECT COUNT(*) FROM tenants WHERE name = :name",
                                 {{"name", name}});
    };
    store.write_now([&](Transaction& transaction) {
        for (int row = 0; row < rows; ++row) {
            transaction.store().insert(TenantRow{std::to_string(row), name, "{}"});
        }
        CHECK(right(transaction.store()) == rows);
        CHECK(right(other) == 0);
    });
    CHECK(right(other) == rows);
}

TEST_CASE("a commit's pages are written together", "[sqlite]") {
    const TemporaryFolder folder;
    const SystemClock clock;
    Store store{"sqlite:" + folder.file("store.db"), clock};
    const std::string name(300'000, 'x');  // 74 pages
    const auto before = writes();
    REQUIRE(before > 0);
    store.write_now([&](Transaction& transaction) {
        transaction.store().insert(TenantRow{"one", name, "{}"});
    });
    CHECK(writes() - before < 20);
}

TEST_CASE("what was undone after it outgrew memory is not in the way of who writes next",
          "[sqlite]") {
    const TemporaryFolder folder;
    const auto database = "sqlite:" + folder.file("store.db");
    const SystemClock clock;
    Store store{database, clock};
    Connection other{database};
    const std::string name(300'000, 'x');
    const auto insert = [&](Connection& connection, const std::string& prefix) {
        for (int row = 0; row < 60; ++row) {
            connection.insert(TenantRow{prefix + std::to_string(row), name, "{}"});
        }
    };
    other.number("PRAGMA wal_checkpoint(TRUNCATE)");
    CHECK_THROWS_AS(store.write_now([&](Transaction& transaction) {
        insert(transaction.store(), "undone ");
        throw StoreFault("the import was refused");
    }),
                    StoreFault);
    other.begin_write();
    insert(other, "done ");
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
