#pragma once

#include "step.hpp"

namespace hallpass::model {

/// Judges one world by itself.
void judge_state(const World& world, const Setting& setting, const Decisions& decisions,
                 Findings& findings);
/// Judges what an accepted step made of a world.
void judge_change(const World& before, const World& after, const Decisions& decisions,
                  Findings& findings);

}  // namespace hallpass::model
