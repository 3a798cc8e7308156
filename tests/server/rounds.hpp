#pragma once

#include <cstdlib>
#include <string>

#include "hallpass_catch.hpp"

namespace hallpass::server::test {

/// How often something left to chance is tried: few times in every run, and as often as the
/// variable says by hand.
inline int rounds_of(const char* variable, int by_default) {
    const auto* asked = std::getenv(variable);
    if (asked == nullptr) return by_default;
    WARN(variable << ": " << asked << " rounds instead of " << by_default);
    return std::stoi(asked);
}

}  // namespace hallpass::server::test
