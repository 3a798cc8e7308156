// What several requests look up at the same time is asked for at once, and answered to each by
// itself.
#include <atomic>
#include <future>
#include <thread>

#include "hallpass_catch.hpp"
#include "store/gathered_reads.hpp"
#include "store/migrations.hpp"
#include "store/postgresql/numbered.hpp"
#include "store/rows.hpp"
#include "test_database.hpp"
#include "test_server.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;

namespace {

/// Texts that an array could be written wrongly with.
const std::vector<std::string> texts{"plain", "",   "\"",       "\\",         "a,b", "{}",
                                     "NULL",  "{{", "it's $1:", "\\\"x\\\\,", " ",   "é—😀"};

struct Tenants {
    TemporaryFolder folder;
    TestDatabase database{folder.file("store.db")};

    Tenants() {
        Connection connection{database.url()};
        migrate(connection);
        connection.begin_write();
        for (const auto& text : texts) connection.insert(TenantRow{text, "is " + text, "{}"});
        connection.commit();
    }
};

std::string name_of_tenant(Connection& store, const std::string& id) {
    const auto row = store.find<TenantRow>("WHERE id = :id", {{"id", id}});
    return row ? row->name : "nobody";
}

/// Jobs that are certain to be read together: the first one waits for the last.
class Together {
  public:
    explicit Together(const std::string& url) : reads_(Engine::of(url)) {
        reads_.add({[](Connection&) {},
                    [this](Connection&) {
                        begun_.set_value();
                        go_.get_future().wait();
                    },
                    [](const std::exception&) {}});
        begun_.get_future().wait();
    }
    void add(std::function<void(Connection&)> foresee,
             std::function<std::string(Connection&)> work) {
        auto& answer = answers_.emplace_back();
        reads_.add({std::move(foresee),
                    [&answer, work = std::move(work)](Connection& store) {
                        const auto found = work(store);
                        answer.set_value(found);
                    },
                    [&answer](const std::exception&) { answer.set_value("failed"); }});
    }
    void add_look_up(const std::string& id) {
        const auto look_up = [id](Connection& store) { return name_of_tenant(store, id); };
        add(look_up, look_up);
    }
    std::vector<std::string> answers() {
        go_.set_value();
        std::vector<std::string> all;
        for (auto& each : answers_) all.push_back(each.get_future().get());
        return all;
    }

  private:
    std::promise<void> begun_, go_;
    std::deque<std::promise<std::string>> answers_;
    GatheredReads reads_;
};

}  // namespace

TEST_CASE("what is asked at once is answered as what is asked alone") {
    const Tenants tenants;
    Connection connection{tenants.database.url()};
    for (int time = 0; time < 3; ++time) {
        connection.begin_hurried_read();
        const auto look = [&] {
            std::vector<std::string> names;
            for (const auto& text : texts) {
                names.push_back(name_of_tenant(connection, text));
                names.push_back(name_of_tenant(connection, text + "?"));
            }
            return names;
        };
        connection.foresee(look);
        REQUIRE(connection.settle());
        const auto names = look();
        for (std::size_t at = 0; at < texts.size(); ++at) {
            CHECK(names[2 * at] == "is " + texts[at]);
            CHECK(names[2 * at + 1] == "nobody");
        }
        connection.end_read();
    }
    CHECK(connection.settle());
}

TEST_CASE("numbers, nothing at all, orders and limits are asked at once as well") {
    const Tenants tenants;
    Connection connection{tenants.database.url()};
    connection.begin_write();
    for (std::int64_t list = 1; list <= 4; ++list) {
        connection.execute("INSERT INTO status_lists (list, places_taken) VALUES (:list, :taken)",
                           {{"list", list}, {"taken", list % 2}});
    }
    connection.commit();
    connection.begin_hurried_read();
    const auto look = [&] {
        std::vector<std::int64_t> found;
        const auto of = [&](const std::string& rest, const Binds& binds) {
            connection.look_up("status_lists",
                               "SELECT list, places_taken FROM status_lists " + rest, "nn", binds,
                               [&](Columns& row) { found.push_back(row.number()); });
            found.push_back(-1);
        };
        for (const std::int64_t taken : {0, 1, 2}) {
            of("WHERE places_taken = :taken ORDER BY list DESC", {{"taken", taken}});
            of("WHERE places_taken = :taken ORDER BY list DESC LIMIT 1", {{"taken", taken}});
        }
        of("WHERE list = :list", {{"list", std::optional<std::int64_t>{}}});
        of("WHERE list = :list", {{"list", std::optional<std::int64_t>{3}}});
        of("ORDER BY list", {});
        return found;
    };
    connection.foresee(look);
    CHECK(look() == std::vector<std::int64_t>{4,  2,  -1, 4, -1, 3, 1, -1, 3, -1,
                                              -1, -1, -1, 3, -1, 1, 2, 3,  4, -1});
    connection.end_read();
}

TEST_CASE("requests that wait at the same time are answered each by itself") {
    const Tenants tenants;
    Together together{tenants.database.url()};
    std::vector<std::string> expected;
    for (const auto& text : texts) {
        together.add_look_up(text);
        expected.push_back("is " + text);
    }
    // One foresees nothing, one something else than it needs.
    together.add([](Connection&) {}, [](Connection& store) { return name_of_tenant(store, "{}"); });
    together.add([](Connection& store) { name_of_tenant(store, "plain"); },
                 [](Connection& store) { return name_of_tenant(store, "plain?"); });
    expected.insert(expected.end(), {"is {}", "nobody"});
    CHECK(together.answers() == expected);
}

TEST_CASE("a request that fails takes none with it that waited with it") {
    const Tenants tenants;
    for (const bool early : {true, false}) {
        Together together{tenants.database.url()};
        const auto fails = [](Connection& store) {
            return std::to_string(store.number("SELECT nothing_of_that_name FROM tenants"));
        };
        const auto fails_early = [](Connection& store) {
            store.look_up("tenants", "SELECT nothing_of_that_name FROM tenants", "n", {},
                          [](Columns&) {});
        };
        together.add_look_up("plain");
        if (early) {
            together.add(fails_early, fails);
        } else {
            together.add([](Connection&) {}, fails);
        }
        together.add([](Connection&) { throw std::runtime_error("on purpose"); },
                     [](Connection&) -> std::string { throw std::runtime_error("on purpose"); });
        together.add_look_up("a,b");
        CHECK(together.answers() ==
              std::vector<std::string>{"is plain", "failed", "failed", "is a,b"});
    }
}

TEST_CASE("what was committed before a request came is seen by it") {
    const Tenants tenants;
    GatheredReads reads{Engine::of(tenants.database.url())};
    Connection writer{tenants.database.url()};
    for (int round = 0; round < 200; ++round) {
        const auto name = std::to_string(round);
        writer.execute("UPDATE tenants SET name = :name WHERE id = 'plain'", {{"name", name}});
        std::promise<std::string> seen;
        const auto look = [](Connection& store) { return name_of_tenant(store, "plain"); };
        reads.add({look, [&](Connection& store) { seen.set_value(look(store)); },
                   [&](const std::exception& fault) { seen.set_value(fault.what()); }});
        REQUIRE(seen.get_future().get() == name);
    }
}

TEST_CASE("who asks about tokens beside others is answered about their own") {
    TestServer server{[](Settings& settings) { settings.credential_burst = 1'000'000; }};
    Journey journey{server};
    struct Asked {
        std::string token, by, valid, active;
    };
    const auto start = [&](const std::string& agent, const std::string& user) {
        const auto started = journey.start(agent, user, "bureau");
        REQUIRE(started.status == 201);
        return started;
    };
    const auto ended = start("kim", "piet");
    const std::vector<Asked> all{
        {start("jan", "piet").text("delegatedToken"), "jan", "true", "true"},
        {start("jan", "els").text("delegatedToken"), "els", "true", "true"},
        {start("ada", "piet").text("delegatedToken"), "kim", "true", "false"},
        {ended.text("delegatedToken"), "kim", "false", "false"},
        {"no.token.atall", "jan", "false", "false"},
        {start("kim", "els").text("delegatedToken"), "nobody-known", "true", ""},
    };
    server.post("/api/v1/support-access/support-sessions/" + ended.text("session.id") + "/end",
                "{}", "kim");
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (const auto& asked : all) {
        threads.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                const auto valid = server.post("/api/v1/support-access/validate-token",
                                               R"({"token":")" + asked.token + R"("})");
                With with;
                with.bearer = server.bearer(asked.by);
                with.content_type = "application/x-www-form-urlencoded";
                with.body = "token=" + asked.token;
                const auto active = server.request("POST", "/oauth/introspect", with);
                if (valid.text("is_valid") != asked.valid) ++wrong;
                if (active.text("active") != asked.active) ++wrong;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(wrong == 0);
}

TEST_CASE("a connection for reading that was cut is replaced unnoticed", "[.postgresql]") {
    const Tenants tenants;
    GatheredReads reads{Engine::of(tenants.database.url())};
    const auto look = [](Connection& store) { return name_of_tenant(store, "plain"); };
    const auto ask = [&](std::function<void(Connection&)> before) {
        std::promise<std::string> seen;
        reads.add({look,
                   [&](Connection& store) {
                       before(store);
                       seen.set_value(look(store));
                   },
                   [&](const std::exception& fault) { seen.set_value(fault.what()); }});
        return seen.get_future().get();
    };
    const auto cut = [&](Connection&) { cut_connections(tenants.database.url()); };
    for (int round = 0; round < 3; ++round) {
        CHECK(ask([](Connection&) {}) == "is plain");
        CHECK(ask(cut) == "is plain");
    }
    // In the middle of a request too.
    bool first = true;
    CHECK(ask([&](Connection& store) {
              if (std::exchange(first, false)) cut(store);
              name_of_tenant(store, "plain?");
          }) == "is plain");
}

TEST_CASE("queries of one text are written as one query of PostgreSQL") {
    const auto one =
        asked_at_once("SELECT a FROM t WHERE b = :b AND c > :c AND d < :b", {true, false});
    CHECK(one.sql ==
          "SELECT asked.place, found.* FROM unnest((SELECT $1::text[]), (SELECT $2::bigint[]))"
          " WITH ORDINALITY AS asked (value1, value2, place) CROSS JOIN LATERAL (SELECT a FROM t"
          " WHERE b = asked.value1 AND c > asked.value2 AND d < asked.value1 OFFSET 0) AS found");
    CHECK(one.names == std::vector<std::string>{"b", "c"});
    const auto rows = inserted_at_once("INSERT INTO t (a,b) VALUES (:a,:b)", {true, false});
    CHECK(rows.sql == "INSERT INTO t (a,b) SELECT unnest($1::text[]), unnest($2::bigint[])");
    CHECK(rows.names == std::vector<std::string>{"a", "b"});
    using namespace std::string_literals;
    CHECK(array_bytes({}, true) == "\0\0\0\0\0\0\0\0\0\0\0\x19"s);
    const std::optional<std::string> word = "\"é", empty = "", null, number = "-2";
    CHECK(array_bytes({&word, &empty}, true) ==
          "\0\0\0\1\0\0\0\0\0\0\0\x19\0\0\0\2\0\0\0\1"
          "\0\0\0\3\"é\0\0\0\0"s);
    CHECK(array_bytes({&null, &number}, false) ==
          "\0\0\0\1\0\0\0\1\0\0\0\x14\0\0\0\2\0\0\0\1"
          "\xff\xff\xff\xff\0\0\0\10\xff\xff\xff\xff\xff\xff\xff\xfe"s);
    CHECK_THROWS_AS(array_bytes({&number, &word}, false), StoreFault);
    // Neither is a number of 64 bits.
    const std::optional<std::string> huge{"99999999999999999999"};
    for (const auto* other : {&empty, &huge}) {
        CHECK_THROWS_AS(array_bytes({&number, other}, false), StoreFault);
    }
}
