#include "routes/page.hpp"

#include <algorithm>

#include "hallpass/ids.hpp"
#include "hallpass/token.hpp"
#include "hallpass/utf8.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

constexpr int limit_max = 200;

}  // namespace

Result<Done> only_query(const Call& call, std::initializer_list<std::string_view> known) {
    for (const auto& [name, value] : call.exchange.query) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            return invalid(is_valid_id(name) ? name : "query", Reason::unknown_member,
                           "this query parameter is not known here; remove it");
        }
    }
    return Done{};
}

Result<Page> Page::of(const Call& call, std::initializer_list<std::string_view> known) {
    Page page;
    for (const auto& [name, value] : call.exchange.query) {
        if (name == "limit") {
            const auto limit = whole_number<std::int64_t>(value);
            if (!limit || *limit < 1 || *limit > limit_max) {
                return invalid("limit", Reason::out_of_range, "limit must be between 1 and 200",
                               json::quoted(is_valid_id(value) ? value : ""), {1, limit_max, {}});
            }
            page.limit = static_cast<int>(*limit);
        } else if (name == "cursor") {
            const auto place = base64url_decode(value);
            const auto colon = place ? place->find(':') : std::string::npos;
            const auto position =
                colon == std::string::npos
                    ? std::nullopt
                    : whole_number<std::int64_t>(std::string_view{*place}.substr(0, colon));
            // What both databases look up: PostgreSQL knows no text with a NUL in it.
            if (!position || !is_utf8(*place) || place->find('\0') != std::string::npos) {
                return invalid("cursor", Reason::malformed, "use a nextCursor that was given");
            }
            page.after = {*position, place->substr(colon + 1)};
        } else if (std::find(known.begin(), known.end(), name) == known.end()) {
            return invalid(is_valid_id(name) ? name : "query", Reason::unknown_member,
                           "this query parameter is not known here; remove it");
        }
    }
    return page;
}

std::string Page::cursor(std::int64_t position, const std::string& id) {
    return base64url_encode(std::to_string(position) + ":" + id);
}

}  // namespace hallpass::server
