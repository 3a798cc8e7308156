#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "hallpass/json.hpp"
#include "http/call.hpp"

namespace hallpass::server {

/// Which part of a list is asked for: `?limit=` and `?cursor=`. A cursor is the place of the last
/// item that was given, opaque to the caller.
struct Page {
    int limit = 50;
    std::optional<std::pair<std::int64_t, std::string>> after;

    /// @errors VALIDATION_ERROR for limit, cursor, or a parameter that is not in `known`
    static Result<Page> of(const Call& call, std::initializer_list<std::string_view> known = {});
    /// The cursor after an item at this place.
    static std::string cursor(std::int64_t position, const std::string& id);
};

/// Checks that every query parameter is one of `known`.
/// @errors VALIDATION_ERROR, unknown_member
Result<Done> only_query(const Call& call, std::initializer_list<std::string_view> known);

/// `{"items":[…],"nextCursor":…}` of rows that were read with LIMIT page.limit + 1.
template <class Row, class WriteItem, class Cursor>
std::string page_json(const std::vector<Row>& rows, const Page& page, WriteItem write_item,
                      Cursor cursor_of) {
    json::Writer writer;
    writer.begin_object().key("items").begin_array();
    const auto shown = std::min(rows.size(), static_cast<std::size_t>(page.limit));
    for (std::size_t i = 0; i < shown; ++i) write_item(writer, rows[i]);
    writer.end_array().key("nextCursor");
    if (rows.size() > shown) {
        writer.string(cursor_of(rows[shown - 1]));
    } else {
        writer.null();
    }
    return std::move(writer.end_object()).text();
}

}  // namespace hallpass::server
