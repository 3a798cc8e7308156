#pragma once

#include <span>

#include "findings.hpp"
#include "world.hpp"

namespace hallpass::model {

/// A core with one fault, and the invariant that has to notice it.
struct Broken {
    const char* fault;
    Decisions decisions;
    Invariant noticed_by;
    bool consent_needed;
    ActivePer active_per;
};
std::span<const Broken> broken_cores();

}  // namespace hallpass::model
