#include <algorithm>

#include "hallpass/utf8.hpp"
#include "hallpass/wire.hpp"

namespace hallpass::wire {
namespace {

std::string with_article(json::Kind wanted) {
    switch (wanted) {
        case json::Kind::string: return "text";
        case json::Kind::number: return "a whole number";
        case json::Kind::boolean: return "true or false";
        case json::Kind::array: return "an array";
        default: return "an object";
    }
}

}  // namespace

ObjectReader::ObjectReader(json::Value object, std::string_view path)
    : object_(object), path_(path) {
    if (!object.is_object()) {
        error_ = invalid(path_, Reason::wrong_type, "the body must be a JSON object");
    }
}

std::string ObjectReader::path_of(std::string_view name) const {
    return path_.empty() ? std::string{name} : path_ + "." + std::string{name};
}

json::Value ObjectReader::take(std::string_view name) {
    known_.emplace_back(name);
    return object_.find(name);
}

void ObjectReader::fail(Refusal refusal) {
    if (!error_) error_ = std::move(refusal);
}

void ObjectReader::fail_type(std::string_view name, json::Value value, json::Kind wanted) {
    const auto field = path_of(name);
    fail(invalid(field, Reason::wrong_type, field + " must be " + with_article(wanted),
                 value.excerpt()));
}

std::string_view ObjectReader::checked_string(std::string_view name, json::Value value,
                                              std::size_t min_chars, std::size_t max_chars) {
    const auto text = value.string();
    if (!text) {
        fail_type(name, value, json::Kind::string);
        return {};
    }
    // No text has more characters than bytes: those that are short enough by these are not counted.
    const auto bytes = text->size();
    if (min_chars <= 1 && bytes >= min_chars && bytes <= max_chars) return *text;
    const auto count = count_code_points(*text).value_or(0);
    if (count >= min_chars && count <= max_chars) return *text;
    const auto field = path_of(name);
    const auto min = static_cast<std::int64_t>(min_chars);
    const auto max = static_cast<std::int64_t>(max_chars);
    fail(invalid(field, count < min_chars ? Reason::too_short : Reason::too_long,
                 field + " must be " + std::to_string(min) + " to " + std::to_string(max) +
                     " characters long",
                 value.excerpt(), {.min = min, .max = max}));
    return {};
}

std::string_view ObjectReader::required_string(std::string_view name, std::size_t min_chars,
                                               std::size_t max_chars) {
    const auto value = take(name);
    if (!value) {
        const auto field = path_of(name);
        fail(invalid(field, Reason::required, field + " is required"));
        return {};
    }
    return checked_string(name, value, min_chars, max_chars);
}

std::optional<std::string_view> ObjectReader::optional_string(std::string_view name,
                                                              std::size_t min_chars,
                                                              std::size_t max_chars) {
    const auto value = take(name);
    if (!value || value.is_null()) return std::nullopt;
    return checked_string(name, value, min_chars, max_chars);
}

std::string ObjectReader::required_id(std::string_view name) {
    std::string text{required_string(name, 1, limits::id_max_bytes)};
    if (ok()) {
        if (auto checked = parse_id_text(text, path_of(name)); !checked) fail(checked.error());
    }
    return text;
}

std::optional<std::int64_t> ObjectReader::optional_integer(std::string_view name, std::int64_t min,
                                                           std::int64_t max) {
    const auto value = take(name);
    if (!value || value.is_null()) return std::nullopt;
    const auto number = value.integer();
    if (!number) {
        fail_type(name, value, json::Kind::number);
        return std::nullopt;
    }
    if (*number < min || *number > max) {
        const auto field = path_of(name);
        fail(invalid(
            field, Reason::out_of_range,
            field + " must be between " + std::to_string(min) + " and " + std::to_string(max),
            value.excerpt(), {.min = min, .max = max}));
        return std::nullopt;
    }
    return number;
}

std::optional<bool> ObjectReader::optional_boolean(std::string_view name) {
    const auto value = take(name);
    if (!value || value.is_null()) return std::nullopt;
    const auto flag = value.boolean();
    if (!flag) fail_type(name, value, json::Kind::boolean);
    return flag;
}

std::optional<Instant> ObjectReader::optional_instant(std::string_view name) {
    const auto value = take(name);
    if (!value || value.is_null()) return std::nullopt;
    const auto text = value.string();
    if (!text) {
        fail_type(name, value, json::Kind::string);
        return std::nullopt;
    }
    auto instant = parse_rfc3339(*text, path_of(name));
    if (instant) return *instant;
    auto error = std::move(instant).error();
    error.received = value.excerpt();
    fail(std::move(error));
    return std::nullopt;
}

std::optional<ScopeSet> ObjectReader::optional_scopes(std::string_view name) {
    const auto value = take(name);
    if (!value || value.is_null()) return std::nullopt;
    if (!value.is_array()) {
        fail_type(name, value, json::Kind::array);
        return std::nullopt;
    }
    std::vector<std::string_view> list;
    for (auto each = value.first(); each; each = each.next()) {
        const auto text = each.string();
        if (!text) {
            fail_type(name, each, json::Kind::string);
            return std::nullopt;
        }
        list.push_back(*text);
    }
    auto scopes = ScopeSet::from_list(list, path_of(name));
    if (scopes) return *std::move(scopes);
    fail(std::move(scopes).error());
    return std::nullopt;
}

json::Value ObjectReader::any(std::string_view name) { return take(name); }

Refusal ObjectReader::finish() {
    for (auto member = object_.first(); member && !error_; member = member.next()) {
        const auto name = member.name();
        if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
        fail(invalid(path_of(name), Reason::unknown_member,
                     "this member is not known here; leave it out"));
    }
    return error_;
}

}  // namespace hallpass::wire
