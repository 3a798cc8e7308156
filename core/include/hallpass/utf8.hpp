#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hallpass {

/// Takes the first code point off `text`; nothing where it is not well-formed UTF-8 (RFC 3629:
/// overlong forms, surrogates and values above U+10FFFF are refused).
std::optional<std::uint32_t> take_code_point(std::string_view& text);

/// Whether all of `text` is well-formed.
bool is_utf8(std::string_view text);

/// The number of code points; nothing where `text` is not well-formed.
std::optional<std::size_t> count_code_points(std::string_view text);

}  // namespace hallpass
