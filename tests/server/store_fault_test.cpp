// The database's files fail under the running server: full, not writable further, locked by another
// program. Changes are refused in a way that can be understood, what was answered stays, nothing
// is half there, and it is over as soon as the reason is.
#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>
#include <vector>

#include "hallpass_catch.hpp"
#include "hallpass_program.hpp"

using namespace hallpass::server::test;
using Catch::Matchers::Contains;
using hallpass::server::Connection;
using hallpass::server::StoreFault;
using hallpass::server::Transaction;

namespace {

constexpr int changes_max = 1000;

struct Scene {
    TestServer server;
    int made = 0, tickets = 0;
    int earlier = 0;  ///< requests that were there before, which nothing on record tells of

    Reply ask(const std::string& ticket) const {
        return server.post("/api/v1/support-access/grants",
                           R"({"tenantId":"de-akker","targetUserId":"piet","ticketId":")" + ticket +
                               R"(","reason":"The parcel does not show"})",
                           "jan");
    }
    Reply request() {
        auto reply = ask("T-" + std::to_string(++tickets));
        if (reply.status == 201) ++made;
        return reply;
    }
    /// Makes changes until one is refused.
    Reply until_refused() {
        auto reply = request();
        while (reply.status == 201 && tickets < changes_max) reply = request();
        return reply;
    }
    /// On the connection that writes.
    void run(const std::string& statement) {
        server.server().application().store().write_now(
            [&](Transaction& transaction) { transaction.store().run(statement); });
    }
    void check_refusal(const Reply& reply) const {
        INFO(reply.body);
        CHECK(reply.status == 503);
        CHECK(reply.error() == "SERVICE_UNAVAILABLE");
        CHECK(reply.headers.at("retry-after") == "1");
        CHECK(server.get("/healthz").status == 200);
        CHECK(server.get("/api/v1/me", "piet").status == 200);
    }
    /// All that was answered is there, and nothing else.
    void check_state() {
        CHECK(server.number("SELECT COUNT(*) FROM grants") == made + earlier);
        CHECK(server.number("SELECT COUNT(*) FROM record WHERE event = 'access_requested'") ==
              made);
        const auto verified =
            hallpassd({"audit", "verify", "--database", server.settings().database});
        INFO(verified.output);
        CHECK(verified.exit_code == 0);
    }
};

/// No file of this process grows beyond so many bytes: writing more fails, as on a disk with a
/// fault.
class FileSizeLimit {
  public:
    explicit FileSizeLimit(std::uintmax_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
        REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
        rlimit limit{bytes, before_.rlim_max};
        REQUIRE(::setrlimit(RLIMIT_FSIZE, &limit) == 0);
    }
    ~FileSizeLimit() {
        ::setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, handler_);
    }
    FileSizeLimit(const FileSizeLimit&) = delete;
    FileSizeLimit& operator=(const FileSizeLimit&) = delete;

  private:
    void (*handler_)(int);
    rlimit before_{};
};

}  // namespace

TEST_CASE("a full disk refuses changes and loses none, and is over when there is room",
          "[sqlite]") {
    Scene scene;
    REQUIRE(scene.request().status == 201);
    const auto pages = scene.server.number("PRAGMA page_count");
    scene.run("PRAGMA max_page_count=" + std::to_string(pages + 4));
    scene.check_refusal(scene.until_refused());
    CHECK(scene.made > 1);
    scene.check_state();
    scene.run("PRAGMA max_page_count=1000000");
    CHECK(scene.request().status == 201);
    CHECK(scene.server.get("/readyz").status == 200);
    scene.check_state();
}

TEST_CASE(
    "a full disk under PostgreSQL refuses changes and loses none, and is over when there is room",
    "[.postgresql]") {
    Scene scene;
    REQUIRE(scene.request().status == 201);
    // A table larger than a piece of PostgreSQL's log (16 MiB): those must still have room, as
    // PostgreSQL stops where they have none. No row is larger than the server's own, for which no
    // room is then left in old pages.
    constexpr int rows = 150'000, rows_at_once = 10'000;  // within a statement's time limit
    scene.run("ALTER TABLE grants SET (autovacuum_enabled = off)");
    const auto fill = [](int from) {
        return "INSERT INTO grants (id, tenant_id, subject_id, agent_id, ticket_id, reason, status,"
               " created_at_unix_ms) SELECT 'old_' || lpad('' || n, 20, '0'), 'de-akker', 'els',"
               " 'kim', 'T', 'The parcel does not show', 'declined', n FROM generate_series(" +
               std::to_string(from) + ", " + std::to_string(from + rows_at_once - 1) + ") n";
    };
    for (int from = 1; from < rows; from += rows_at_once) scene.run(fill(from));
    scene.earlier = rows;
    // The disk is full three and a half pages further: PostgreSQL takes a file that may not grow
    // for one that cannot, and what is written in part says so (53100, disk_full).
    const auto size = scene.server.number("SELECT pg_relation_size('grants')");
    REQUIRE(size > 16 * 1024 * 1024);
    cluster("limit", std::to_string(size + 3 * 8192 + 4096));
    scene.check_refusal(scene.until_refused());
    CHECK(scene.made > 1);
    CHECK_THROWS_WITH(scene.run(fill(rows + 1)), Contains("53100"));
    for (int again = 0; again < 5; ++again) scene.check_refusal(scene.request());
    std::atomic<int> refused{0};
    std::vector<std::thread> others;
    for (const std::string ticket : {"T-a", "T-b", "T-c", "T-d"}) {
        others.emplace_back([&, ticket] {
            // Many in one transaction: each is refused for itself.
            for (int i = 0; i < 10; ++i) refused += scene.ask(ticket).status == 503 ? 1 : 0;
        });
    }
    for (auto& each : others) each.join();
    CHECK(refused == 40);
    scene.check_state();
    cluster("limit", "unlimited");
    CHECK(scene.request().status == 201);
    CHECK(scene.server.get("/readyz").status == 200);
    scene.check_state();
}

TEST_CASE("a file that cannot be written further refuses changes and loses none", "[sqlite]") {
    Scene scene;
    REQUIRE(scene.request().status == 201);
    const auto log = scene.server.folder().file("test.db-wal");
    {
        const FileSizeLimit limit{std::filesystem::file_size(log) + 200'000};
        scene.check_refusal(scene.until_refused());
        scene.check_refusal(scene.request());
        const FileSizeLimit nothing_more{1};
        CHECK(scene.server.get("/readyz").status == 503);
    }
    CHECK(scene.made > 1);
    scene.check_state();
    CHECK(scene.request().status == 201);
    CHECK(scene.server.get("/readyz").status == 200);
    scene.check_state();
}

TEST_CASE("what was refused for want of room is not written later, whoever writes next",
          "[sqlite]") {
    Scene scene;
    REQUIRE(scene.request().status == 201);
    const auto file = scene.server.folder().file("test.db"), log = file + "-wal";
    {
        const FileSizeLimit limit{std::filesystem::file_size(log) + 200'000};
        scene.check_refusal(scene.until_refused());
    }
    // The writer reads what is in the log, and then the machine stops.
    scene.run("SELECT COUNT(*) FROM grants");
    const auto copy = scene.server.folder().file("copy.db");
    std::filesystem::copy_file(file, copy);
    std::filesystem::copy_file(log, copy + "-wal");
    CHECK(Connection{"sqlite:" + copy}.number("SELECT COUNT(*) FROM grants") == scene.made);
    // An import runs beside the server, in a process of its own.
    {
        Connection other{scene.server.settings().database};
        other.begin_write();
        other.run("INSERT INTO tenants (id, name, policy) VALUES ('new', 'New', '{}')");
        other.commit();
    }
    CHECK(scene.request().status == 201);
    CHECK(scene.server.number("SELECT COUNT(*) FROM tenants WHERE id = 'new'") == 1);
    scene.check_state();
}

TEST_CASE("a change that outgrows memory and disk is undone whole", "[sqlite]") {
    Scene scene;
    REQUIRE(scene.request().status == 201);
    const std::string thirty_megabytes =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
        " INSERT INTO tenants (id, name, policy)"
        " SELECT 'large ' || i, hex(zeroblob(150000)), '{}' FROM n";
    const auto large = "SELECT COUNT(*) FROM tenants WHERE id LIKE 'large %'";
    {
        // Memory holds 8 MiB of pages: these are being written long before the commit.
        const FileSizeLimit limit{15'000'000};
        CHECK_THROWS_AS(scene.run(thirty_megabytes), StoreFault);
        CHECK(scene.server.number(large) == 0);
    }
    CHECK(scene.request().status == 201);
    scene.run(thirty_megabytes);
    CHECK(scene.server.number(large) == 100);
    CHECK(scene.request().status == 201);
    CHECK(scene.server.number("SELECT COUNT(*) FROM pragma_integrity_check"
                              " WHERE integrity_check <> 'ok'") == 0);
    scene.check_state();
}

TEST_CASE("a database that another program has locked refuses changes until it lets go",
          "[sqlite]") {
    Scene scene;
    scene.run("PRAGMA busy_timeout=20");  // waits less long than it would
    {
        Connection other{scene.server.settings().database};
        other.begin_write();
        scene.check_refusal(scene.request());
        other.rollback();
    }
    CHECK(scene.request().status == 201);
    scene.check_state();
}
