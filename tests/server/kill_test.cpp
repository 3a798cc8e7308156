// kill -9 in the midst of load: what was answered is there afterwards, what was not is whole or
// absent, the record agrees with the state. HALLPASS_KILL_ROUNDS=100 tries it longer.
#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <atomic>
#include <csignal>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"
#include "rounds.hpp"

using hallpass::server::Connection;
using hallpass::server::SessionRow;
using namespace hallpass::server::test;

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;

constexpr const char* sessions = "/api/v1/support-access/support-sessions";

/// A connection that is kept, to a server that may die.
class KeptConnection {
  public:
    KeptConnection(std::uint16_t port, std::string bearer) : bearer_(std::move(bearer)) {
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
    }
    /// @returns nothing where the server was gone before it had answered
    std::optional<Reply> post(const std::string& path, const std::string& body) {
        http::request<http::string_body> request{http::verb::post, path, 11, body};
        request.set(http::field::host, "127.0.0.1");
        request.set(http::field::authorization, "Bearer " + bearer_);
        request.set(http::field::content_type, "application/json");
        request.prepare_payload();
        boost::system::error_code error;
        http::write(socket_, request, error);
        http::response<http::string_body> response;
        if (!error) http::read(socket_, buffer_, response, error);
        if (error) return std::nullopt;
        return Reply{static_cast<int>(response.result_int()), {}, response.body()};
    }

  private:
    asio::io_context io_;
    asio::ip::tcp::socket socket_{io_};
    std::string bearer_;
    boost::beast::flat_buffer buffer_;
};

/// One agent with one user: starts and ends, again and again. Keeps what was answered.
struct Pair {
    std::string agent, user, bearer;
    std::vector<std::string> started, ended, tokens;
    std::string running;  ///< its end was not asked for yet

    bool start(KeptConnection& caller) {
        const auto reply = caller.post(sessions, R"({"tenantId":"bureau","targetUserId":")" + user +
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
        const auto reply = caller.post(std::string{sessions} + "/" + id + "/end", "{}");
        if (!reply) return false;
        if (reply->status != 200) throw std::runtime_error("end: " + reply->body);
        ended.push_back(id);
        return true;
    }
};

/// The directory and the database; servers come and go.
class Scene {
  public:
    Scene() {
        for (const std::string agent : {"jan", "kim"}) {
            for (const std::string user : {"piet", "els"}) {
                pairs.push_back({agent, user, source.bearer(agent), {}, {}, {}, {}});
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
        HallpassProcess server{serve()};
        const auto port = server.port();
        std::atomic<int> left{answers};
        std::atomic<int> faults{0};
        std::vector<std::thread> threads;
        for (auto& pair : pairs) {
            threads.emplace_back([&, port] {
                try {
                    KeptConnection caller{port, pair.bearer};
                    while (pair.running.empty() ? pair.start(caller) : pair.end(caller)) {
                        if (--left == 0) server.signal(SIGKILL);
                    }
                } catch (const std::exception&) {
                    // Its connection may come after the kill; a refusal never does.
                    if (left > 0) ++faults;
                    server.signal(SIGKILL);
                }
            });
        }
        for (auto& thread : threads) thread.join();
        CHECK(faults == 0);
        CHECK(server.finish().exit_code == 128 + SIGKILL);
    }

    /// What the database says now, against what was answered.
    void check() {
        auto rows = source.server().application().store().read(
            [](Connection& store) { return store.select<SessionRow>("ORDER BY id"); });
        std::map<std::string, std::string> status;
        for (const auto& row : rows) status[row.id] = row.status;
        for (auto& pair : pairs) {
            INFO(pair.agent << " for " << pair.user);
            for (const auto& id : pair.started) CHECK(status.count(id) == 1);
            for (const auto& id : pair.ended) CHECK(status[id] == "stopped");
            if (!pair.running.empty()) CHECK(status[pair.running] == "active");
            // A start that was made and not answered runs; the next round ends it.
            for (const auto& row : rows) {
                const bool own = row.agent_id == pair.agent && row.subject_id == pair.user;
                if (own && row.status == "active") pair.running = row.id;
            }
        }
        CHECK(source.number("SELECT COUNT(*) FROM (SELECT 1 AS one FROM sessions"
                            " WHERE status = 'active' GROUP BY tenant_id, exclusive_key"
                            " HAVING COUNT(*) > 1) AS doubled") == 0);
        check_wholeness();
    }

    TestServer source;
    std::vector<Pair> pairs;

  private:
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

}  // namespace

TEST_CASE("what was answered before a kill is there after it, and the rest is whole or absent") {
    Scene scene;
    const int rounds = rounds_of("HALLPASS_KILL_ROUNDS", 4);
    std::mt19937 chance{20261121};
    std::uniform_int_distribution answers{1, 60};
    for (int round = 0; round < rounds; ++round) {
        INFO("round " << round);
        scene.round(answers(chance));
        scene.check();
    }
    const auto verified =
        hallpassd({"audit", "verify", "--database", scene.source.settings().database});
    INFO(verified.output);
    CHECK(verified.exit_code == 0);

    // A token holds as long as its session does, whatever was killed meanwhile.
    HallpassProcess server{scene.serve()};
    KeptConnection anybody{server.port(), scene.source.bearer("jan")};
    std::size_t tokens = 0;
    for (const auto& pair : scene.pairs) {
        for (std::size_t at = 0; at < pair.tokens.size(); ++at, ++tokens) {
            const auto reply = anybody.post("/api/v1/support-access/validate-token",
                                            R"({"token":")" + pair.tokens[at] + "\"}");
            REQUIRE(reply);
            const bool live = pair.started[at] == pair.running;
            CHECK(reply->text("is_valid") == (live ? "true" : "false"));
        }
    }
    CHECK(tokens >= static_cast<std::size_t>(rounds));
    server.signal(SIGTERM);
    CHECK(server.finish().exit_code == 0);
}
