#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/request.hpp"
#include "identity/confines.hpp"

namespace hallpass::server {

inline constexpr std::string_view login_cookie_name = "hallpass_session";

/// The login cookie's value; nothing where there is none, or more than one.
std::optional<std::string> login_cookie(const Request& request);
/// What goes into the cookie: the secret and, where the login is confined, how. As the store knows
/// the digest of the whole, nobody can take any of it away.
std::string cookie_of_login(const std::string& secret, const Confines& confines);
/// What a cookie says of that, believed or not: "" where it says nothing.
std::string confines_of_cookie(std::string_view cookie);
/// `Set-Cookie` for a new login, or, with an empty secret, for none any more.
std::string set_login_cookie(const std::string& secret, std::int64_t max_age_s, bool secure);

/// Whether a request with the cookie comes from our own pages (protocol, "Who is calling").
/// @param public_origin scheme://host[:port] of the server
bool from_own_pages(const Request& request, const std::string& public_origin);

/// The text without control characters, cut at a character boundary.
std::string printable(std::string_view text, std::size_t max_bytes);

}  // namespace hallpass::server
