// Checks the policy core's grants and sessions exhaustively, up to a number of steps:
//   model_check <consent_needed|no_consent> <user|agent_and_user> [depth]
//   model_check self_check [depth]     broken cores must be noticed

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <string_view>

#include "broken.hpp"
#include "explore.hpp"

namespace hallpass::model {
namespace {

int check(bool consent_needed, ActivePer active_per, int depth) {
    const auto began = std::chrono::steady_clock::now();
    const auto setting = make_setting(consent_needed, active_per);
    const auto result = explore(setting, real_decisions(), depth);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    std::cout << setting.name << ": " << result.states << " states, " << result.transitions
              << " transitions, " << result.refusals << " refusals, " << result.checks
              << " checks, all ways of up to " << result.depth << " steps, in " << took.count()
              << " s\n";
    if (!result.finding) return EXIT_SUCCESS;
    std::cout << "BROKEN: " << sentence_of(result.finding->invariant) << " ("
              << result.finding->detail << "), after\n"
              << result.trace;
    return EXIT_FAILURE;
}

int self_check(int depth) {
    int missed = 0;
    for (const auto& core : broken_cores()) {
        const auto setting = make_setting(core.consent_needed, core.active_per);
        const auto result = explore(setting, core.decisions, depth, core.noticed_by);
        if (!result.finding) ++missed;
        std::cout << (result.finding ? "noticed" : "MISSED") << " by " << name_of(core.noticed_by)
                  << ": a core that " << core.fault << " (" << result.states << " states)\n";
    }
    return missed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int usage() {
    std::cerr << "usage: model_check <consent_needed|no_consent> <user|agent_and_user> [depth]\n"
                 "       model_check self_check [depth]\n";
    return 2;
}

int run(std::span<char*> arguments) {
    const auto argument = [&](std::size_t at) {
        return std::string_view{at < arguments.size() ? arguments[at] : ""};
    };
    const auto depth = [&](std::size_t at, int otherwise) {
        return at < arguments.size() ? std::atoi(arguments[at]) : otherwise;
    };
    if (argument(1) == "self_check") return self_check(depth(2, 5));
    const auto active_per = parse_active_per(argument(2));
    const bool needed = argument(1) == "consent_needed";
    if (!active_per || (!needed && argument(1) != "no_consent")) return usage();
    return check(needed, *active_per, depth(3, 5));
}

}  // namespace
}  // namespace hallpass::model

int main(int argc, char** argv) {
    return hallpass::model::run({argv, static_cast<std::size_t>(argc)});
}
