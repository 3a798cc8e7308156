// A PostgreSQL that hangs keeps its connections open and says nothing: its processes or its storage
// stand still, or a network swallows what it says. Who waits for it is told so in time, and all
// goes on by itself.
#include <cstdlib>
#include <future>

#include "two_servers.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

namespace {

namespace asio = boost::asio;
using LocalSocket = asio::local::stream_protocol::socket;

// Statements may take so long here instead of ten seconds, and answers two seconds longer.
constexpr auto statement_limit = 2s;
// What comes on top for whoever asks: an attempt to connect, and a busy machine.
constexpr auto answered_within = statement_limit + 2s + 3s + 4s;

std::string impatient(const std::string& url) {
    return url + (url.find('?') == std::string::npos ? "?" : "&") +
           "options=-c%20statement_timeout%3D" + std::to_string(statement_limit.count()) + "s";
}

/// The cluster stands still for as long as this lives.
class Hang {
  public:
    Hang() { cluster("hang"); }
    ~Hang() {
        try {
            end();
        } catch (...) {
            // The test has failed by then; the cluster's end has it go on in any case.
        }
    }
    Hang(const Hang&) = delete;
    Hang& operator=(const Hang&) = delete;
    void end() {
        if (!std::exchange(ended_, true)) cluster("resume");
    }

  private:
    bool ended_ = false;
};

struct Timed {
    test::Reply reply;
    std::chrono::steady_clock::duration took;
};

template <class Ask>
Timed timed(Ask ask) {
    const auto begun = now();
    auto reply = ask();
    return {std::move(reply), now() - begun};
}

void check_given_up(const Timed& answer) {
    INFO(answer.reply.body);
    CHECK(answer.reply.status == 503);
    CHECK(answer.reply.error() == "SERVICE_UNAVAILABLE");
    CHECK(answer.reply.headers.count("retry-after") == 1);
    CHECK(answer.took < answered_within);
}

test::Reply request_grant(const TestServer& server, const std::string& ticket) {
    With with;
    with.bearer = server.bearer("jan");
    with.body = R"({"tenantId":"de-akker","targetUserId":"piet","ticketId":")" + ticket +
                R"(","reason":"The parcel does not show"})";
    with.headers["Idempotency-Key"] = ticket;
    return server.request("POST", "/api/v1/support-access/grants", with);
}

/// Between a server and PostgreSQL: while it loses commits, who was to be told of one hears nothing
/// more.
class LossyWay {
  public:
    explicit LossyWay(const std::string& cluster_folder)
        : target_(cluster_folder + name), acceptor_(io_, folder_.path().string() + name) {
        accept();
        thread_ = std::thread{[this] { io_.run(); }};
    }
    ~LossyWay() {
        io_.stop();
        thread_.join();
    }
    LossyWay(const LossyWay&) = delete;
    LossyWay& operator=(const LossyWay&) = delete;

    std::string folder() const { return folder_.path().string(); }
    void lose_commits(bool lose) { loses_commits_ = lose; }

  private:
    static constexpr const char* name = "/.s.PGSQL.5432";
    struct Pair {
        explicit Pair(asio::io_context& io) : client(io), server(io) {}
        LocalSocket client, server;
        std::array<char, 65536> asked{}, answered{};
    };

    void accept() {
        auto pair = std::make_shared<Pair>(io_);
        acceptor_.async_accept(pair->client, [this, pair](boost::system::error_code error) {
            if (error) return;
            pair->server.connect(target_, error);
            bring(pair, pair->client, pair->server, pair->asked);
            bring(pair, pair->server, pair->client, pair->answered);
            accept();
        });
    }
    void bring(const std::shared_ptr<Pair>& pair, LocalSocket& from, LocalSocket& to,
               std::array<char, 65536>& room) {
        from.async_read_some(
            asio::buffer(room), [&, this, pair](boost::system::error_code error, std::size_t size) {
                const std::string_view text{room.data(), size};
                const bool told = &from == &pair->server && text.find("COMMIT") != text.npos;
                if (told && loses_commits_) return;
                if (!error) asio::write(to, asio::buffer(room, size), error);
                if (!error) return bring(pair, from, to, room);
                pair->client.close();
                pair->server.close();
            });
    }

    const TemporaryFolder folder_;
    asio::io_context io_;
    const asio::local::stream_protocol::endpoint target_;
    asio::local::stream_protocol::acceptor acceptor_;
    std::atomic<bool> loses_commits_{false};
    std::thread thread_;
};

std::string cluster_folder() {
    const char* const folder = std::getenv("HALLPASS_TEST_CLUSTER_FOLDER");
    REQUIRE(folder != nullptr);
    return folder;
}

}  // namespace

TEST_CASE("a PostgreSQL that hangs is given up in time, and all goes on when it does",
          "[.postgresql]") {
    const TestDatabase database{""};
    TestServer server{[&](Settings& settings) { settings.database = impatient(database.url()); }};
    const auto started = Journey{server}.start("jan", "piet", "bureau");
    REQUIRE(started.status == 201);
    const auto token = started.text("delegatedToken");
    Watch watch{server, "jan"};
    Hang hang;

    // Far more at the same time than there are threads that answer.
    std::vector<std::future<Timed>> asked;
    const auto ask = [&](auto what) {
        asked.push_back(std::async(std::launch::async, [what] { return timed(what); }));
    };
    for (const std::string ticket : {"T-1", "T-2", "T-3"}) {
        ask([&, ticket] { return request_grant(server, ticket); });
        ask([&] { return server.get("/api/v1/me", "jan"); });
        ask([&] { return server.get("/api/v1/events", "jan"); });
        ask([&, body = R"({"token":")" + token + R"("})"] {
            return server.post("/api/v1/support-access/validate-token", body);
        });
        ask([&] { return server.get("/readyz"); });
    }
    for (auto& each : asked) {
        check_given_up(each.get());
    }
    CHECK(watch.ends());
    // From then on at most one at a time waits, to find out whether it goes on.
    ask([&] { return server.get("/api/v1/me", "jan"); });
    ask([&] { return server.get("/api/v1/me", "piet"); });
    const auto one = (asked.end() - 2)->get(), other = (asked.end() - 1)->get();
    check_given_up(one);
    check_given_up(other);
    CHECK(std::min(one.took, other.took) < 1s);

    hang.end();
    CHECK(soon([&] { return server.get("/readyz").status == 200; }));
    CHECK(verdict(server, token) == "true");
    CHECK(server.get("/api/v1/me", "jan").status == 200);
    // What was refused is there once at the most, and once when it was asked for again.
    for (const std::string ticket : {"T-1", "T-2", "T-3"}) {
        CHECK(request_grant(server, ticket).status == 201);
    }
    CHECK(server.number("SELECT COUNT(*) FROM grants") == 3);
    CHECK(server.number("SELECT COUNT(*) FROM sessions") == 1);
    check_record(server);
}

TEST_CASE("a server stops although its PostgreSQL hangs", "[.postgresql]") {
    const TestDatabase database{""};
    TestServer server{[&](Settings& settings) { settings.database = impatient(database.url()); }};
    REQUIRE(server.get("/api/v1/me", "jan").status == 200);
    CHECK(verdict(server, "no.token.atall") == "false");
    const Hang hang;
    const auto stopped = timed([&] {
        server.server().stop();
        return test::Reply{};
    });
    CHECK(stopped.took < answered_within);
}

TEST_CASE("a commit of which nothing is heard is not known, and not made twice", "[.postgresql]") {
    const TestDatabase database{""};
    LossyWay way{cluster_folder()};
    auto url = database.url();
    url.replace(url.find(cluster_folder()), cluster_folder().size(), way.folder());
    TestServer server{[&](Settings& settings) { settings.database = impatient(url); }};
    REQUIRE(request_grant(server, "T-1").status == 201);
    way.lose_commits(true);
    check_given_up(timed([&] { return request_grant(server, "T-2"); }));
    CHECK(Connection{database.url()}.number("SELECT COUNT(*) FROM grants") == 2);
    way.lose_commits(false);
    CHECK(soon([&] { return server.get("/readyz").status == 200; }));
    const auto again = request_grant(server, "T-2");
    CHECK(again.status == 201);
    CHECK(again.headers.count("idempotency-replayed") == 1);
    CHECK(server.number("SELECT COUNT(*) FROM grants") == 2);
    check_record(server);
}
