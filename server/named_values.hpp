#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hallpass::server {

/// A name with its `=`, and where its value goes.
struct NamedValue {
    std::string_view name;
    std::string* value;
    std::vector<std::string>* values = nullptr;  ///< instead: where each goes that is so named
};

/// Reads `name=value,name=value,…`, as settings of several parts are written on one line. A value
/// may hold commas: the next known name ends it. What is named again counts as named last.
/// @returns false where it does not begin with a known name
bool read_named_values(std::string_view text, std::span<const NamedValue> members);

}  // namespace hallpass::server
