// Reads that are gathered end with the store: who waits is answered first, and nobody afterwards.
#include <atomic>
#include <chrono>
#include <future>

#include "hallpass_catch.hpp"
#include "store/gathered_reads.hpp"
#include "store/migrations.hpp"
#include "store/store.hpp"
#include "test_database.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

struct Outcomes {
    std::atomic<int> read{0}, refused{0}, failed{0};

    ReadJob job() {
        return {[](Connection&) {},
                [this](Connection& store) {
                    store.number("SELECT COUNT(*) FROM tenants") == 0 ? ++read : ++failed;
                },
                [this](const std::exception& fault) {
                    dynamic_cast<const StoreFault*>(&fault) != nullptr ? ++refused : ++failed;
                }};
    }
};

}  // namespace

TEST_CASE("who waits when reading stops is answered before it has, and who comes then is refused") {
    const TemporaryFolder folder;
    const TestDatabase database{folder.file("store.db")};
    Connection connection{database.url()};
    migrate(connection);
    Outcomes waiting, later;
    std::promise<void> begun, go;
    GatheredReads reads{Engine::of(database.url())};
    reads.add({[](Connection&) {},
               [&](Connection&) {
                   begun.set_value();
                   go.get_future().wait();
               },
               [](const std::exception&) {}});
    begun.get_future().wait();
    for (int i = 0; i < 20; ++i) reads.add(waiting.job());
    auto stop = std::async(std::launch::async, [&] { reads.stop(); });
    const auto stopped_after = [&](std::chrono::milliseconds time) {
        return stop.wait_for(time) == std::future_status::ready;
    };
    // It has begun to stop once somebody is refused; who came before that waits as well.
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    int came = 0;
    while (later.refused == 0 && std::chrono::steady_clock::now() < deadline) {
        reads.add(later.job());
        ++came;
        if (stopped_after(std::chrono::milliseconds{1})) break;
    }
    CHECK_FALSE(stopped_after(std::chrono::milliseconds{0}));
    go.set_value();
    stop.get();
    CHECK(waiting.read == 20);
    CHECK(later.read == came - 1);
    CHECK(later.refused == 1);
    CHECK(waiting.failed + later.failed == 0);
    reads.stop();  // as the destructor will
}

TEST_CASE("a store that has stopped has answered every read and refuses more", "[.postgresql]") {
    const TemporaryFolder folder;
    const TestDatabase database{folder.file("store.db")};
    const SystemClock clock;
    Outcomes before, after;
    Store store{database.url(), clock};
    REQUIRE(store.gathers());
    for (int i = 0; i < 300; ++i) store.read_with_others(before.job());
    store.stop();
    CHECK(before.read == 300);
    store.read_with_others(after.job());
    CHECK(after.refused == 1);
}

TEST_CASE("a request that finds the store stopped is told to come back", "[.postgresql]") {
    TestServer server;
    const auto token = Journey{server}.start("jan", "piet", "bureau").text("delegatedToken");
    const auto body = R"({"token":")" + token + R"("})";
    CHECK(server.post("/api/v1/support-access/validate-token", body).status == 200);
    server.server().application().store().stop();
    const auto reply = server.post("/api/v1/support-access/validate-token", body);
    CHECK(reply.status == 503);
    CHECK(reply.error() == "SERVICE_UNAVAILABLE");
}
