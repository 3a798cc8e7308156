#include "store/postgresql/numbered.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <string_view>
#include <utility>

#include "store/fault.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

// Of PostgreSQL's types (src/include/catalog/pg_type.dat), which never change.
constexpr std::int32_t text_oid = 25, bigint_oid = 20;

/// Appends a number with its highest byte first.
template <class Number>
void append_number(std::string& bytes, Number number) {
    for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8) {
        bytes += static_cast<char>(static_cast<std::uint64_t>(number) >> shift);
    }
}

bool names_value(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// A statement's arrays, with commas between them.
/// @param opening before each of them, with the bracket that is closed behind it
std::string arrays_of(const std::vector<bool>& is_text, std::string_view opening) {
    std::string arrays;
    for (std::size_t at = 1; at <= is_text.size(); ++at) {
        if (at > 1) arrays += ", ";
        arrays += opening;
        arrays += '$' + std::to_string(at);
        arrays += is_text[at - 1] ? "::text[])" : "::bigint[])";
    }
    return arrays;
}

/// The rows that a statement's arrays make up. Each array is a query of its own, so that no plan
/// looks at how long it is: one that does is cheaper on paper than one for all lengths, and would
/// be made anew each time, at twice the price of the look-ups themselves.
std::string lists_of(const std::vector<bool>& is_text) {
    return "unnest(" + arrays_of(is_text, "(SELECT ") + ")";
}

}  // namespace

NumberedStatement numbered(const std::string& sql, const std::string& sign) {
    NumberedStatement result;
    bool quoted = false;
    for (std::size_t at = 0; at < sql.size();) {
        const char c = sql[at++];
        quoted = quoted != (c == '\'');
        const bool cast = c == ':' && at < sql.size() && sql[at] == ':';
        if (cast) {
            result.sql += "::";
            ++at;
            continue;
        }
        if (quoted || c != ':' || at == sql.size() || !names_value(sql[at])) {
            result.sql += c;
            continue;
        }
        std::string name;
        while (at < sql.size() && names_value(sql[at])) name += sql[at++];
        auto place = std::find(result.names.begin(), result.names.end(), name);
        if (place == result.names.end()) {
            place = result.names.insert(result.names.end(), std::move(name));
        }
        result.sql += sign + std::to_string(place - result.names.begin() + 1);
    }
    return result;
}

NumberedStatement asked_at_once(const std::string& sql, const std::vector<bool>& is_text) {
    auto each = numbered(sql, "asked.value");
    std::string names;
    for (std::size_t at = 1; at <= is_text.size(); ++at) {
        names += "value" + std::to_string(at) + ", ";
    }
    // With OFFSET it stays a query of its own, planned as it is alone: made one with the list, it
    // could be answered by reading the whole table.
    each.sql = "SELECT asked.place, found.* FROM " + lists_of(is_text) +
               " WITH ORDINALITY AS asked (" + names + "place) CROSS JOIN LATERAL (" + each.sql +
               " OFFSET 0) AS found";
    return each;
}

NumberedStatement inserted_at_once(const std::string& sql, const std::vector<bool>& is_text) {
    auto each = numbered(sql);
    // Taken as they are asked for: lists that are joined as tables are copied into one each before
    // the first row, a third of the price of rows with many columns.
    each.sql = sql.substr(0, sql.find(" VALUES ")) + " SELECT " + arrays_of(is_text, "unnest(");
    return each;
}

std::string array_bytes(const std::vector<const std::optional<std::string>*>& values,
                        bool is_text) {
    const auto null = [](const auto* value) { return !*value; };
    std::string bytes;
    append_number<std::int32_t>(bytes, values.empty() ? 0 : 1);  // dimensions
    append_number<std::int32_t>(bytes, std::any_of(values.begin(), values.end(), null) ? 1 : 0);
    append_number(bytes, is_text ? text_oid : bigint_oid);
    if (values.empty()) return bytes;
    append_number(bytes, static_cast<std::int32_t>(values.size()));
    append_number<std::int32_t>(bytes, 1);  // the first one's number
    for (const auto* value : values) {
        if (null(value)) {
            append_number<std::int32_t>(bytes, -1);
        } else if (is_text) {
            append_number(bytes, static_cast<std::int32_t>((*value)->size()));
            bytes += **value;
        } else {
            const auto number = whole_number<std::int64_t>(**value);
            if (!number) throw StoreFault("a list of numbers has something else in it");
            append_number(bytes, static_cast<std::int32_t>(sizeof *number));
            append_number(bytes, *number);
        }
    }
    return bytes;
}

}  // namespace hallpass::server
