#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "step.hpp"

namespace hallpass::model {

/// What an exploration came to.
struct Exploration {
    std::size_t states = 0;          ///< different worlds, the first one included
    std::size_t transitions = 0;     ///< steps that were accepted
    std::size_t refusals = 0;        ///< steps that were refused
    std::size_t checks = 0;          ///< times an invariant was looked at
    int depth = 0;                   ///< every way of at most so many steps was taken
    std::optional<Finding> finding;  ///< the first invariant that did not hold
    std::string trace;               ///< the steps that led there, one a line
};

/// Visits, breadth first, every world that at most `depth` steps can lead to. Stops at the first
/// finding, which is then reached by as few steps as can be.
/// @param watched nothing: every invariant is checked; else this one alone
Exploration explore(const Setting& setting, const Decisions& decisions, int depth,
                    std::optional<Invariant> watched = std::nullopt);

}  // namespace hallpass::model
