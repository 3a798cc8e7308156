// kill -9 in the midst of load: what was answered is there afterwards, what was not is whole or
// absent, the record agrees with the state. HALLPASS_KILL_ROUNDS=100 tries it longer.
#include <random>

#include "kill_scene.hpp"
#include "rounds.hpp"

using namespace hallpass::server::test;

TEST_CASE("what was answered before a kill is there after it, and the rest is whole or absent") {
    KillScene scene;
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
    for (const auto& worker : scene.workers) {
        for (std::size_t at = 0; at < worker.tokens.size(); ++at, ++tokens) {
            const auto reply = anybody.post("/api/v1/support-access/validate-token",
                                            R"({"token":")" + worker.tokens[at] + "\"}");
            REQUIRE(reply);
            const bool live = worker.started[at] == worker.running;
            CHECK(reply->text("is_valid") == (live ? "true" : "false"));
        }
    }
    CHECK(tokens >= static_cast<std::size_t>(rounds));
    server.signal(SIGTERM);
    CHECK(server.finish().exit_code == 0);
}
