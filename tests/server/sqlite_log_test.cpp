// SQLite's write-ahead log: written together, copied beside the writer, and begun anew while it never
// rests.
#include <filesystem>
#include <future>

#include "hallpass_catch.hpp"
#include "store/store.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

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
