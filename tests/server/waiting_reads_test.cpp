// Who waits for the database waits alone: what needs none of it is answered meanwhile.
#include <future>

#include "two_servers.hpp"

using namespace hallpass::server;
using namespace hallpass::server::test;
using namespace std::chrono_literals;

TEST_CASE("look-ups that wait keep nobody else waiting", "[.postgresql]") {
    const TestDatabase database{""};
    TestServer server{[&](Settings& settings) { settings.database = database.url(); }};
    const auto started = Journey{server}.start("jan", "piet", "bureau");
    REQUIRE(started.status == 201);
    REQUIRE(server.get("/api/v1/me", "jan").status == 200);

    Connection other{database.url()}, watcher{database.url()};
    other.run("BEGIN");
    other.run("LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
    std::vector<std::future<test::Reply>> asked;
    const auto ask = [&](const std::string& path) {
        asked.push_back(
            std::async(std::launch::async, [&server, path] { return server.get(path, "ada"); }));
    };
    // More than there are threads of any kind.
    for (int at = 0; at < 8; ++at) {
        ask("/api/v1/me");
        ask("/api/v1/support-access/grants");
        ask("/metrics");
    }
    // They have come as far as they can: as many wait as there are threads that requests come to.
    REQUIRE(soon([&] {
        return watcher.number("SELECT COUNT(*) FROM pg_locks WHERE NOT granted") >=
               static_cast<std::int64_t>(server.settings().threads);
    }));
    const auto waiting = [](const auto& each) {
        return each.wait_for(0s) == std::future_status::timeout;
    };
    CHECK(server.get("/healthz").status == 200);
    CHECK(server.get("/openapi.json").status == 200);
    CHECK(std::all_of(asked.begin(), asked.end(), waiting));
    other.rollback();
    for (auto& each : asked) {
        const auto reply = each.get();
        INFO(reply.body);
        CHECK((reply.status == 200 || reply.status == 403));  // metrics are not for ada
    }
}

TEST_CASE("who waits for their turn as the server stops is told to come back") {
    TestServer server;
    auto& application = server.server().application();
    std::future<void> stopped;
    std::promise<void> go;
    const auto gone = go.get_future().share();
    // More than there are threads for what takes its time.
    for (int at = 0; at < 64; ++at) application.workers().run([gone] { gone.wait(); });
    std::promise<unsigned> answered;
    Request request;
    request.method = Method::get;
    request.path = "/api/v1/me";
    request.headers.set("Authorization", "Bearer " + server.bearer("jan"));
    application.handle(std::move(request), [&](hallpass::server::Reply given) {
        answered.set_value(given.answer.status);
    });
    stopped = std::async(std::launch::async, [&] { server.server().stop(); });
    REQUIRE(soon([&] { return application.workers().hurried(); }));
    go.set_value();
    CHECK(answered.get_future().get() == 503);
    stopped.get();
}
