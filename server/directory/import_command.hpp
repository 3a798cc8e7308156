#pragma once

#include <string>

#include "config/settings.hpp"

namespace hallpass::server {

/// `hallpassd import FILE`: what was imported on standard output, how far it has come on standard
/// error.
/// @returns the program's exit status
/// @throws std::runtime_error, StoreFault
int run_import(const std::string& file, const Settings& settings);

}  // namespace hallpass::server
