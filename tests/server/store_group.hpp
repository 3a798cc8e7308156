#pragma once

#include <future>

#include "store/store.hpp"
#include "test_database.hpp"
#include "test_server.hpp"

namespace hallpass::server::test {

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

/// Something to change: a row, and its entry on record.
inline void put(Transaction& transaction, const std::string& id) {
    transaction.store().insert(TenantRow{id, "A tenant", "{}"});
    RecordRow entry;
    entry.event = "custom";
    entry.tenant_id = id;
    transaction.record(std::move(entry));
}

}  // namespace hallpass::server::test
