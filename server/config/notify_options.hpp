#pragma once

#include "notify/settings.hpp"

namespace CLI {
class App;
}

namespace hallpass::server {

/// Adds the settings of mail and webhooks to `serve`.
void add_notify_options(CLI::App& serve, NotifySettings& settings);

}  // namespace hallpass::server
