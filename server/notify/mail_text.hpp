#pragma once

#include <string>
#include <string_view>

#include "hallpass/time.hpp"

namespace hallpass::server {

/// The text without control characters and bidirectional overrides, each replaced by a space:
/// whatever a name holds, it stays within its line.
std::string one_line(std::string_view utf8);

/// The text as the value of a mail header: plain where it is plain ASCII, otherwise as encoded
/// words (RFC 2047, base64). Never holds a line break.
std::string header_text(std::string_view utf8);

/// A person's name before an address in a header: between quotes where it is plain, otherwise as
/// encoded words.
std::string header_name(std::string_view utf8);

/// Whether this is an address that mail can be sent to without any quoting: one `@`, visible
/// ASCII, none of `<>()[]\,;:"`. At most 254 bytes (RFC 5321 section 4.5.3.1).
bool is_mail_address(std::string_view text);

/// RFC 5322 section 3.3: `Sat, 18 Oct 2025 14:30:00 +0000`.
std::string mail_date(Instant instant);

}  // namespace hallpass::server
