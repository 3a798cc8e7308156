#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hallpass::server {

/// Base64 with padding (RFC 4648 section 4), as mail headers and webhook signatures have it.
std::string base64(std::string_view bytes);
/// The bytes; nothing where the text is not base64 with padding.
std::optional<std::string> base64_bytes(std::string_view text);

}  // namespace hallpass::server
