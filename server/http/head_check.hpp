#pragma once

#include <optional>
#include <string_view>

namespace hallpass::server {

/// Checks a request's head as it came over the wire, before anything interprets it, so that no two
/// parties can read it differently (RFC 9112; request smuggling).
/// @param head everything up to and including the empty line
/// @returns why it is refused (always with status 400 and a closed connection), or nothing
std::optional<std::string_view> refuse_head(std::string_view head);

}  // namespace hallpass::server
