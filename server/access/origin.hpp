#pragma once

#include <optional>
#include <string>

namespace hallpass::server {

/// Who did something, and from where. Nothing for the actor: the server itself.
struct Origin {
    std::optional<std::string> actor_id;
    std::optional<std::string> ip, user_agent;
};

}  // namespace hallpass::server
