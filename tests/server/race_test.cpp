// Many at once: never two active sessions, never one alive after a revocation was answered.
// HALLPASS_RACE_ROUNDS=1000 tries each race as often.
#include <atomic>
#include <thread>
#include <vector>

#include "audit_record.hpp"
#include "hallpass_catch.hpp"
#include "rounds.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

constexpr const char* grants = "/api/v1/support-access/grants";

int rounds() {
    static const int often = rounds_of("HALLPASS_RACE_ROUNDS", 25);
    return often;
}

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
    for (int round = 0; round < rounds(); ++round) {
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
    for (int round = 0; round < rounds(); ++round) {
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

TEST_CASE("a start that races a ban does not outlive it") {
    TestServer server;
    Journey journey{server};
    const std::string piet = "/api/v1/admin/users/piet";
    for (int round = 0; round < rounds(); ++round) {
        Reply started, banned;
        // No consent is needed there: the ban alone stands against the start.
        at_once([&] { started = journey.start("jan", "piet", "bureau"); },
                [&] {
                    banned =
                        server.post(piet + "/ban", R"({"reason":"Account was taken over"})", "ada");
                });
        CHECK(banned.status == 200);
        CHECK((started.status == 201 || started.error() == "TARGET_BANNED"));
        CHECK(server.number("SELECT COUNT(*) FROM sessions WHERE status = 'active'") == 0);
        CHECK(server.post(piet + "/unban", "{}", "ada").status == 200);
    }
}

TEST_CASE(
    "of a consent and a withdrawal at once, one comes first and the request ends as it says") {
    TestServer server;
    Journey journey{server};
    for (int round = 0; round < rounds(); ++round) {
        const auto grant = std::string{grants} + "/" + journey.request_grant();
        Reply consented, withdrawn;
        at_once([&] { consented = server.post(grant + "/grant", "{}", "piet"); },
                [&] { withdrawn = server.post(grant + "/withdraw", "{}", "jan"); });
        CHECK(consented.status + withdrawn.status == 200 + 409);
        const bool granted = consented.status == 200;
        CHECK(server.get(grant, "piet").text("status") == (granted ? "granted" : "revoked"));
        if (granted) CHECK(server.post(grant + "/revoke", "{}", "piet").status == 200);
    }
    const auto of = [&](const std::string& event) {
        return server.number("SELECT COUNT(*) FROM record WHERE event = '" + event + "'");
    };
    CHECK(of("access_revoked") == of("access_requested"));
}

TEST_CASE("a session that is ended while the sweep finds it over ends once") {
    TestServer server;
    Journey journey{server};
    for (int round = 0; round < rounds(); ++round) {
        const auto started = journey.start("jan", "piet", "bureau");
        REQUIRE(started.status == 201);
        server.advance(std::chrono::hours{1});
        Reply ended;
        at_once(
            [&] {
                ended = server.post("/api/v1/support-access/support-sessions/" +
                                        started.text("session.id") + "/end",
                                    "{}", "jan");
            },
            [&] { server.server().application().sweep(); });
        CHECK(ended.status == 200);
        CHECK(ended.text("status") == "expired");
        CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'impersonation_ended'") ==
              round + 1);
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
    check_tree(rows);
}
