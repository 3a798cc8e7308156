#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace hallpass {

/// The wire name of an enumerator, from the list that its X-macro made.
template <class Enum>
std::string_view name_in(std::span<const std::string_view> names, Enum value) {
    return names[static_cast<std::size_t>(value)];
}

/// The enumerator with that wire name.
template <class Enum>
std::optional<Enum> value_in(std::span<const std::string_view> names, std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace hallpass
