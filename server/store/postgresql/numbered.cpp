#include "store/postgresql/numbered.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace hallpass::server {
namespace {

bool names_value(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// The rows that a statement's arrays make up. Each array is a query of its own, so that no plan
/// looks at how long it is: one that does is cheaper on paper than one for all lengths, and would
/// be made anew each time, at twice the price of the look-ups themselves.
std::string lists_of(const std::vector<bool>& is_text) {
    std::string lists;
    for (std::size_t at = 1; at <= is_text.size(); ++at) {
        if (at > 1) lists += ", ";
        lists += "(SELECT $" + std::to_string(at);
        lists += is_text[at - 1] ? "::text[])" : "::bigint[])";
    }
    return "unnest(" + lists + ")";
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
    each.sql = sql.substr(0, sql.find(" VALUES ")) + " SELECT * FROM " + lists_of(is_text);
    return each;
}

std::string array_text(const std::vector<std::optional<std::string>>& values) {
    std::string text = "{";
    for (const auto& value : values) {
        if (text.size() > 1) text += ',';
        if (!value) {
            text += "NULL";
            continue;
        }
        text += '"';
        for (const char c : *value) {
            if (c == '"' || c == '\\') text += '\\';
            text += c;
        }
        text += '"';
    }
    return text += '}';
}

}  // namespace hallpass::server
