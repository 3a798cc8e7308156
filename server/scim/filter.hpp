#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hallpass::server {

/// The filters that are answered: one attribute that is one user's alone, and its value.
struct ScimFilter {
    enum class By { id, user_name, external_id };
    By by = By::id;
    std::string value;
};

/// Reads `userName eq "…"` (RFC 7644 section 3.4.2.2), names and operator in any case, the value a
/// JSON string. @returns nothing for every other filter
std::optional<ScimFilter> scim_filter(std::string_view text);

}  // namespace hallpass::server
