#pragma once

#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/verb.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hallpass/result.hpp"

namespace hallpass::server {

using Method = boost::beast::http::verb;

/// A request whose head was checked; headers are the head's alone, never a trailer's.
struct Request {
    Method method{};
    std::string path;  ///< as sent, without the query, still percent-encoded
    std::string query;
    boost::beast::http::fields headers;
    std::string body;
    std::string client_address;

    /// The header's value; "" where it is not there. Given twice, the values are joined by ", ".
    std::string header(std::string_view name) const;
};

/// Decodes %XX; nothing where that is malformed, gives a NUL, or the text is not well-formed UTF-8
/// then, which no id or name is and not every database takes.
std::optional<std::string> percent_decode(std::string_view text);

/// `name=value` pairs of a query or of a form, decoded; each name may come once.
/// @errors VALIDATION_ERROR: malformed, duplicate_member
Result<std::map<std::string, std::string>> parse_pairs(std::string_view text);

/// Percent-encodes all but RFC 3986's unreserved characters.
std::string percent_encode(std::string_view text);

}  // namespace hallpass::server
