#pragma once

#include <string>
#include <string_view>

#include "hallpass/json.hpp"

namespace hallpass {

/// What Error::received shows of rejected text: a JSON string, or nothing where the text is long or
/// not printable ASCII (it may then be anything, and no rule says how to cut it).
inline std::string received_text(std::string_view text) {
    if (text.size() > 80) return {};
    for (const char c : text) {
        if (c < ' ' || c > '~') return {};
    }
    return json::quoted(text);
}

}  // namespace hallpass
