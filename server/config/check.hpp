#pragma once

#include <string>
#include <vector>

#include "config/settings.hpp"

namespace hallpass::server {

/// One part of the settings, and what `hallpassd serve` would make of it.
struct CheckedPart {
    std::string name;
    bool good = false;
    std::string finding;  ///< what was found, or why it cannot work
};

/// Looks at every part, also after one that cannot work, and changes nothing: no file is made, no
/// table, nothing is listened on, nothing is sent.
std::vector<CheckedPart> check_settings(const Settings& settings);

/// `hallpassd serve --check`: prints what was found, one part a line.
/// @returns 0 where all can work, 1 otherwise
int print_check(const Settings& settings);

}  // namespace hallpass::server
