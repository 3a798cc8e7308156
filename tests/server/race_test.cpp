// Many at once: never two active sessions, never one alive after a revocation was answered.
#include <atomic>
#include <thread>
#include <vector>

#include "hallpass_catch.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* grants = "/api/v1/support-access/grants";

template <class... Work>
void at_once(Work... work) {
    std::atomic<int> ready{0};
    const auto together = [&](auto& each) {
        ++ready;
        while (ready < static_cast<int>(sizeof...(Work))) std::this_thread::yield();
        each();
    };
    std::vector<std::thread> threads;
    (threads.emplace_back([&together, &work] { together(work); }), ...);
    for (auto& thread : threads) thread.join();
}

}  // namespace

TEST_CASE("of two starts at once, one wins") {
    TestServer server;
    Journey journey{server};
    journey.consent(journey.request_grant());
    for (int round = 0; round < 25; ++round) {
        Reply first, second;
        at_once([&] { first = journey.start(); }, [&] { second = journey.start(); });
        CHECK(first.status + second.status == 201 + 409);
        CHECK(server.number("SELECT COUNT(*) FROM sessions WHERE status = 'active'") == 1);
        const auto& winner = first.status == 201 ? first : second;
        server.post("/api/v1/support-access/support-sessions/" + winner.text("session.id") + "/end",
                    "{}", "jan");
    }
}

TEST_CASE("a start that races a revocation does not outlive it") {
    TestServer server;
    Journey journey{server};
    for (int round = 0; round < 25; ++round) {
        const auto grant = journey.request_grant();
        journey.consent(grant);
        Reply started, revoked;
        at_once([&] { started = journey.start(); },
                [&] {
                    revoked =
                        server.post(std::string{grants} + "/" + grant + "/revoke", "{}", "piet");
                });
        CHECK(revoked.status == 200);
        CHECK((started.status == 201 || started.error() == "CONSENT_REQUIRED"));
        CHECK(server.number("SELECT COUNT(*) FROM sessions WHERE status = 'active'") == 0);
    }
}

TEST_CASE("the unique index holds where nothing else does") {
    TestServer server;
    Journey journey{server};
    journey.consent(journey.request_grant());
    REQUIRE(journey.start().status == 201);
    auto& store = server.server().application().store();
    CHECK_THROWS(store.write_now([](hallpass::server::Transaction& transaction) {
        auto row =
            transaction.store().find<hallpass::server::SessionRow>("WHERE status = 'active'");
        row->id = "ses_second";
        row->code_sha256 = "another";
        transaction.store().insert(*row);
    }));
    CHECK(server.number("SELECT COUNT(*) FROM sessions") == 1);
}

TEST_CASE("the record is one unbroken chain after many changes at once") {
    TestServer server;
    Journey journey{server};
    const auto busy = [&](const std::string& agent, const std::string& user) {
        for (int i = 0; i < 10; ++i) {
            const auto started = journey.start(agent, user, "bureau");
            server.post(
                "/api/v1/support-access/support-sessions/" + started.text("session.id") + "/end",
                "{}", agent);
        }
    };
    at_once([&] { busy("jan", "piet"); }, [&] { busy("jan", "els"); },
            [&] { busy("kim", "piet"); });
    const auto rows =
        server.server().application().store().read([](hallpass::server::Connection& store) {
            return store.select<hallpass::server::RecordRow>("ORDER BY sequence");
        });
    REQUIRE(rows.size() == 90);
    std::string previous;
    std::int64_t sequence = 0;
    for (const auto& row : rows) {
        REQUIRE(row.sequence == ++sequence);
        REQUIRE(row.previous_hash == previous);
        REQUIRE(row.hash == hallpass::server::record_hash(row));
        previous = row.hash;
    }
}
