// Servers that are processes of their own, on one directory and one database: under load, and
// killed.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "kept_connection.hpp"

namespace hallpass::server::test {

inline constexpr const char* sessions_path = "/api/v1/support-access/support-sessions";

/// One agent with one user: starts and ends, again and again. Keeps what was answered.
struct Worker {
    std::string agent, user, bearer;
    std::vector<std::string> started, ended, tokens;
    std::string running;  ///< its end was not asked for yet

    bool start(KeptConnection& caller) {
        const auto reply =
            caller.post(sessions_path, R"({"tenantId":"bureau","targetUserId":")" + user +
                                           R"(","reason":"The parcel does not show"})");
        if (!reply) return false;
        if (reply->status != 201) throw std::runtime_error("start: " + reply->body);
        running = reply->text("session.id");
        started.push_back(running);
        tokens.push_back(reply->text("delegatedToken"));
        return true;
    }
    bool end(KeptConnection& caller) {
        const auto id = std::exchange(running, {});
        const auto reply = caller.post(std::string{sessions_path} + "/" + id + "/end", "{}");
        if (!reply) return false;
        if (reply->status != 200) throw std::runtime_error("end: " + reply->body);
        ended.push_back(id);
        return true;
    }
};

/// The directory and the database; servers come and go.
class KillScene {
  public:
    explicit KillScene(const std::function<void(Settings&)>& adjust = {}) : source(adjust) {
        for (const std::string agent : {"jan", "kim"}) {
            for (const std::string user : {"piet", "els"}) {
                workers.push_back({agent, user, source.bearer(agent), {}, {}, {}, {}});
            }
        }
        source.server().stop();
    }

    std::vector<std::string> serve() const {
        const auto& settings = source.settings();
        const auto secret = source.folder().file("secret");
        return {"serve",
                "--port",
                "0",
                "--database",
                settings.database,
                "--key-file",
                settings.key_file,
                "--credential-burst",
                "1000000",
                "--change-limit",
                "unlimited",
                "--start-limit",
                "unlimited",
                "--issuer",
                settings.issuer,
                "--identity",
                "issuer=https://idp.test,audience=hallpass,secret=" + secret};
    }

    /// Load until so many answers have come, and then the kill.
    void round(int answers) {
        const auto connections = connections_to_postgresql();
        HallpassProcess server{serve()};
        const auto port = server.port();
        std::atomic<int> left{answers};
        std::mutex told;
        std::string fault;
        std::vector<std::thread> threads;
        for (auto& worker : workers) {
            threads.emplace_back([&, port] {
                try {
                    KeptConnection caller{port, worker.bearer};
                    while (worker.running.empty() ? worker.start(caller) : worker.end(caller)) {
                        if (--left == 0) server.signal(SIGKILL);
                    }
                } catch (const std::exception& met) {
                    // Its connection may come after the kill; a refusal never does.
                    const std::lock_guard lock{told};
                    if (left > 0) fault = met.what();
                    server.signal(SIGKILL);
                }
            });
        }
        for (auto& thread : threads) thread.join();
        INFO(fault);
        CHECK(fault.empty());
        CHECK(server.finish().exit_code == 128 + SIGKILL);
        // PostgreSQL goes on with what it was sent: until then nothing is as it will be.
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds{20};
        while (connections_to_postgresql() > connections &&
               std::chrono::steady_clock::now() < give_up) {
            std::this_thread::yield();
        }
        CHECK(connections_to_postgresql() <= connections);
    }

    /// What the database says now, against what was answered.
    void check() {
        auto rows = source.server().application().store().read(
            [](Connection& store) { return store.select<SessionRow>("ORDER BY id"); });
        std::map<std::string, std::string> status;
        for (const auto& row : rows) status[row.id] = row.status;
        for (auto& worker : workers) {
            INFO(worker.agent << " for " << worker.user);
            for (const auto& id : worker.started) CHECK(status.count(id) == 1);
            for (const auto& id : worker.ended) CHECK(status[id] == "stopped");
            if (!worker.running.empty()) CHECK(status[worker.running] == "active");
            // A start that was made and not answered runs; the next round ends it.
            for (const auto& row : rows) {
                const bool own = row.agent_id == worker.agent && row.subject_id == worker.user;
                if (own && row.status == "active") worker.running = row.id;
            }
        }
        CHECK(source.number("SELECT COUNT(*) FROM (SELECT 1 AS one FROM sessions"
                            " WHERE status = 'active' GROUP BY tenant_id, exclusive_key"
                            " HAVING COUNT(*) > 1) AS doubled") == 0);
        check_wholeness();
    }

    TestServer source;  ///< made them; stopped
    std::vector<Worker> workers;

  private:
    /// Of all servers on this database; 0 where it is none of PostgreSQL's.
    std::int64_t connections_to_postgresql() {
        if (!source.settings().database.starts_with("postgresql:")) return 0;
        return source.number(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()");
    }
    /// Every session has its token, and the record says of each what is the case.
    void check_wholeness() {
        const auto with = [&](const std::string& condition) {
            return source.number("SELECT COUNT(*) FROM sessions s WHERE " + condition);
        };
        const auto entries = [](const std::string& event) {
            return "(SELECT COUNT(*) FROM record r WHERE r.session_id = s.id AND r.event = '" +
                   event + "')";
        };
        CHECK(with("(SELECT COUNT(*) FROM tokens t WHERE t.session_id = s.id) <> 1") == 0);
        CHECK(with("s.status = 'active' AND EXISTS (SELECT 1 FROM tokens t WHERE"
                   " t.session_id = s.id AND t.revoked_at_unix_ms IS NOT NULL)") == 0);
        CHECK(with("s.status <> 'active' AND EXISTS (SELECT 1 FROM tokens t WHERE"
                   " t.session_id = s.id AND t.revoked_at_unix_ms IS NULL)") == 0);
        CHECK(with(entries("impersonation_started") + " <> 1") == 0);
        CHECK(with(entries("token_issued") + " <> 1") == 0);
        CHECK(with("s.status = 'active' AND " + entries("impersonation_ended") + " <> 0") == 0);
        CHECK(with("s.status <> 'active' AND " + entries("impersonation_ended") + " <> 1") == 0);
        CHECK(source.number("SELECT COUNT(*) FROM record r WHERE r.session_id IS NOT NULL AND"
                            " NOT EXISTS (SELECT 1 FROM sessions s WHERE s.id = r.session_id)") ==
              0);
    }
};

}  // namespace hallpass::server::test
