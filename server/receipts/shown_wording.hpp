#pragma once

#include <optional>
#include <string>

#include "hallpass/wire.hpp"

namespace hallpass::server {

/// What the user was shown when they decided, as their own client reports it. The server cannot
/// know it: a receipt says who reported it.
struct ShownWording {
    std::string text;    ///< 1 to 4,000 characters, as on the screen
    std::string locale;  ///< BCP 47

    static constexpr std::size_t text_max_chars = 4'000;
    /// Reads the member `shown` where there is one: `{"text","locale"}`. What is wrong with it is
    /// the body's error.
    static std::optional<ShownWording> read(wire::ObjectReader& body);
};

}  // namespace hallpass::server
