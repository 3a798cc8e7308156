// Several servers on one PostgreSQL are as one.
#include <deque>
#include <functional>
#include <set>

#include "kill_scene.hpp"
#include "login_cookie.hpp"
#include "store/postgresql/locks.hpp"
#include "two_servers.hpp"

using namespace hallpass;
using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

/// Who is on duty, as PostgreSQL knows it.
std::string duty_locks() {
    return "FROM pg_locks WHERE locktype = 'advisory' AND objid = " +
           std::to_string(duty_lock & 0xffffffff) +
           " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
}

/// Workers of one server, each in a thread, until a request stays without an answer or the shift
/// ends.
class Shift {
  public:
    /// @param answered called with each answer
    Shift(
        std::uint16_t port, const std::vector<Worker*>& workers,
        std::function<void()> answered = [] {})
        : answered_(std::move(answered)) {
        for (auto* each : workers) callers_.emplace_back(port, each->bearer);
        for (std::size_t at = 0; at < workers.size(); ++at) {
            threads_.emplace_back(
                [this, at, worker = workers[at]] { work(callers_[at], *worker); });
        }
    }
    ~Shift() { end(); }
    Shift(const Shift&) = delete;
    Shift& operator=(const Shift&) = delete;
    void end() {
        over_ = true;
        await();
    }
    void await() {
        for (auto& thread : std::exchange(threads_, {})) thread.join();
    }
    int answers() const { return answers_; }
    int unanswered() const { return unanswered_; }
    int refused() const { return refused_; }

  private:
    void work(KeptConnection& caller, Worker& worker) {
        try {
            while (!over_) {
                if (!(worker.running.empty() ? worker.start(caller) : worker.end(caller))) {
                    ++unanswered_;
                    return;
                }
                ++answers_;
                answered_();
            }
        } catch (const std::runtime_error&) {
            ++refused_;
        }
    }

    const std::function<void()> answered_;
    std::atomic<bool> over_{false};
    std::atomic<int> answers_{0}, unanswered_{0}, refused_{0};
    std::deque<KeptConnection> callers_;
    std::vector<std::thread> threads_;
};

/// Load on that server until it has given so many answers, and then the kill.
void kill_under_load(HallpassProcess& server, std::uint16_t port,
                     const std::vector<Worker*>& workers, int answers) {
    std::atomic<int> left{answers};
    Shift shift{port, workers, [&] {
                    if (--left == 0) server.signal(SIGKILL);
                }};
    shift.await();
    CHECK(server.finish().exit_code == 128 + SIGKILL);
    CHECK(shift.refused() == 0);
}

/// What a worker of a killed server began, another server ends: also a start of which no answer
/// came.
void take_over(TestServer& survivor, Worker& worker) {
    const auto rows = survivor.server().application().store().read([&](Connection& store) {
        return store.select<SessionRow>(
            "WHERE status = 'active' AND agent_id = :agent AND subject_id = :user",
            {{"agent", worker.agent}, {"user", worker.user}});
    });
    const auto running = rows.empty() ? "" : rows.front().id;
    CHECK((worker.running.empty() || worker.running == running));
    worker.running = running;
    KeptConnection caller{survivor.port(), worker.bearer};
    if (!running.empty()) CHECK(worker.end(caller));
}

}  // namespace

TEST_CASE("what one server revokes, the other refuses and tells", "[.postgresql]") {
    Pair servers;
    const auto grant = servers.journey.request_grant();
    servers.journey.consent(grant);
    const auto started = servers.journey.start();
    REQUIRE(started.status == 201);
    const auto token = started.text("delegatedToken");
    REQUIRE(verdict(servers.second, token) == "true");

    Watch watch{servers.second, "jan"};
    std::atomic<bool> done{false};
    Moment last_valid{};
    std::set<std::string> verdicts;
    std::thread asking{[&] {
        while (!done) {
            const auto sent = now();
            const auto answer = verdict(servers.second, token);
            if (answer == "true") last_valid = sent;
            verdicts.insert(answer);
        }
    }};
    const auto revoked = servers.first.post(grants + grant + "/revoke", "{}", "piet");
    const auto answered = now();
    const bool told = watch.sees("event: access_revoked") && watch.sees("impersonation_ended");
    done = true;
    asking.join();
    CHECK(revoked.status == 200);
    CHECK(told);
    CHECK(last_valid < answered);
    // On a busy machine one question may take from before the revocation until it is told.
    CHECK(verdict(servers.second, token) == "false");
    for (const auto& each : verdicts) CHECK((each == "true" || each == "false"));
}

TEST_CASE("a ban on one server closes the streams on the other", "[.postgresql]") {
    Pair servers;
    Watch watch{servers.second, "jan"};
    REQUIRE(
        servers.first.post("/api/v1/admin/users/jan/ban", R"({"reason":"Left the company"})", "ada")
            .status == 200);
    CHECK(watch.ends());
    CHECK(servers.second.get("/api/v1/me", "jan").status == 403);
}

TEST_CASE("signing out on one server closes the streams on the other", "[.postgresql]") {
    Pair servers;
    Watch watch{servers.second, "jan"};
    With with;
    with.cookie = cookie_of(servers.first.post("/api/v1/session", "{}", "jan"));
    with.headers["Sec-Fetch-Site"] = "same-origin";
    REQUIRE(servers.first.request("DELETE", "/api/v1/session", with).status == 204);
    CHECK(watch.ends());
}

TEST_CASE("of two starts on two servers, one wins", "[.postgresql]") {
    Pair servers;
    servers.journey.consent(servers.journey.request_grant());
    Journey elsewhere{servers.second};
    for (int round = 0; round < 200; ++round) {
        test::Reply here, there;
        at_once([&] { here = servers.journey.start(); }, [&] { there = elsewhere.start(); });
        INFO(round << here.body << there.body);
        REQUIRE(here.status + there.status == 201 + 409);
        REQUIRE(servers.first.number("SELECT COUNT(*) FROM sessions WHERE status = 'active'") == 1);
        const auto& winner = here.status == 201 ? here : there;
        // Ended where it was not started.
        const auto& other = here.status == 201 ? servers.second : servers.first;
        REQUIRE(other.post(sessions + winner.text("session.id") + "/end", "{}", "jan").status ==
                200);
    }
    check_record(servers.second);
}

TEST_CASE("a start on one server does not outlive a revocation on the other", "[.postgresql]") {
    Pair servers;
    Journey elsewhere{servers.second};
    for (int round = 0; round < 100; ++round) {
        const auto grant = servers.journey.request_grant();
        servers.journey.consent(grant);
        test::Reply started, revoked;
        at_once([&] { started = elsewhere.start(); },
                [&] { revoked = servers.first.post(grants + grant + "/revoke", "{}", "piet"); });
        INFO(started.body);
        REQUIRE(revoked.status == 200);
        REQUIRE((started.status == 201 || started.error() == "CONSENT_REQUIRED"));
        REQUIRE(servers.first.number("SELECT COUNT(*) FROM sessions WHERE status = 'active'") == 0);
    }
    check_record(servers.first);
}

TEST_CASE("one server is on duty, and another follows it", "[.postgresql]") {
    TestServer first;
    auto& store = first.server().application().store();
    REQUIRE(soon([&] { return store.on_duty(); }));
    auto leaving = std::make_unique<TestServer>([&](Settings& settings) {
        settings.database = first.settings().database;
        settings.key_file = first.settings().key_file;
    });
    CHECK(!leaving->server().application().store().on_duty());
    // The first loses its connection: PostgreSQL gives the duty to whoever asks next.
    auto& other = leaving->server().application().store();
    first.number("SELECT COUNT(pg_terminate_backend(pid)) " + duty_locks());
    CHECK(soon([&] { return store.on_duty() != other.on_duty(); }));
    leaving.reset();
    CHECK(soon([&] { return store.on_duty(); }));
}

TEST_CASE("of two servers one is killed in the midst of load; the other goes on, and does its duty",
          "[.postgresql]") {
    KillScene scene;
    auto& survivor = scene.source;
    auto& workers = scene.workers;
    // Nobody is on duty, so that the one to be killed is.
    REQUIRE(soon([&] { return survivor.number("SELECT COUNT(*) " + duty_locks()) == 0; }));
    std::optional<HallpassProcess> killed{scene.serve()};
    auto port = killed->port();
    survivor.restart();
    auto& store = survivor.server().application().store();
    REQUIRE_FALSE(store.on_duty());
    // A request that has run out, for whoever sweeps.
    Journey journey{survivor};
    journey.request_grant("T-9");
    store.write_now([](Transaction& transaction) {
        transaction.store().execute("UPDATE grants SET pending_until_unix_ms = 1");
    });
    const auto swept = [&] {
        survivor.server().application().sweep();
        return survivor.number("SELECT COUNT(*) FROM record WHERE event = 'access_expired'") == 1;
    };
    CHECK_FALSE(swept());

    Watch watch{survivor, "ada"};
    Shift here{survivor.port(), {&workers[0], &workers[1]}};
    for (int kill = 0; kill < 5; ++kill) {
        INFO("kill " << kill);
        if (kill > 0) port = killed.emplace(scene.serve()).port();
        kill_under_load(*killed, port, {&workers[2], &workers[3]}, 20 + kill);
        // Nothing that the killed one held keeps the other from its work.
        const auto before = here.answers();
        CHECK(soon([&] { return here.answers() > before + 20; }));
        for (auto* worker : {&workers[2], &workers[3]}) {
            take_over(survivor, *worker);
            for (const auto& id : worker->started) CHECK(watch.sees(id));
        }
    }
    here.end();
    CHECK(here.refused() + here.unanswered() == 0);
    CHECK(soon([&] { return store.on_duty(); }));
    CHECK(swept());
    scene.check();
    for (const auto* worker : {&workers[0], &workers[1]}) {
        for (const auto& id : worker->started) CHECK(watch.sees(id));
    }
    CHECK(watch.sees("event: access_expired"));
    check_record(survivor);
}
