#pragma once

#include <cstddef>
#include <string_view>

namespace hallpass {

/// ASCII letters in lower case; other characters as they are.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Whether two texts are the same but for the case of ASCII letters.
inline bool same_but_for_case(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (std::size_t i = a.size(); i-- > 0;) {  // their ends tell names apart sooner
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

}  // namespace hallpass
