#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

/// One name of a list that an X-macro makes: the list is a single text, each name with a zero byte
/// behind it. A table of where each name is would weigh as much as the names do.
#define HALLPASS_NAME(name) #name "\0"

namespace hallpass {

/// The wire name of an enumerator.
template <class Enum>
std::string_view name_in(const char* names, Enum value) {
    std::string_view name{names};
    for (auto left = static_cast<std::size_t>(value); left > 0; --left) {
        name = name.data() + name.size() + 1;
    }
    return name;
}

/// The enumerator with that wire name.
template <class Enum>
std::optional<Enum> value_in(const char* names, std::string_view text) {
    std::size_t value = 0;
    for (std::string_view name{names}; !name.empty(); name = name.data() + name.size() + 1) {
        if (name == text) return static_cast<Enum>(value);
        ++value;
    }
    return std::nullopt;
}

}  // namespace hallpass
