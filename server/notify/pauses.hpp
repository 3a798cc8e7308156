#pragma once

#include <chrono>

namespace hallpass::server {

/// How long to wait after a failed attempt: `first`, doubled with each further failure up to
/// `longest`, of which between half and all is waited ("equal jitter"), so that what failed
/// together does not come back together.
/// @param failures how often it has failed by now, from 1
/// @param chance from 0 up to, not including, 1
std::chrono::milliseconds pause_after(int failures, double chance, std::chrono::milliseconds first,
                                      std::chrono::milliseconds longest);

}  // namespace hallpass::server
