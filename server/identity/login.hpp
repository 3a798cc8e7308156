#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"

namespace hallpass::server {

inline constexpr std::string_view login_cookie_name = "hallpass_session";

/// The login cookie's value; nothing where there is none, or more than one.
std::optional<std::string> login_cookie(const Request& request);
/// `Set-Cookie` for a new login, or, with an empty secret, for none any more.
std::string set_login_cookie(const std::string& secret, std::int64_t max_age_s, bool secure);

/// Whether a request with the cookie comes from our own pages (protocol, "Who is calling").
/// @param public_origin scheme://host[:port] of the server
bool from_own_pages(const Request& request, const std::string& public_origin);

/// The text without control characters, cut at a character boundary.
std::string printable(std::string_view text, std::size_t max_bytes);

}  // namespace hallpass::server
