#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "hallpass/json.hpp"

/// nlohmann_json's reader, to compare the core's with.
namespace hallpass::json_reference {

inline nlohmann::json parsed(std::string_view text) {
    return nlohmann::json::parse(text, nullptr, false);
}

inline bool same(const nlohmann::json& theirs, json::Value ours) {
    if (theirs.is_string()) return ours.is_string(theirs.get_ref<const std::string&>());
    if (theirs.is_boolean()) return ours.boolean() == theirs.get<bool>();
    if (theirs.is_null()) return ours.is_null();
    if (theirs.is_number()) {
        return ours.number_text() && parsed(*ours.number_text()) == theirs;
    }
    if (theirs.is_array() != ours.is_array() || theirs.is_object() != ours.is_object() ||
        theirs.size() != ours.size()) {
        return false;
    }
    if (theirs.is_object()) {
        for (const auto& [name, value] : theirs.items()) {
            if (!same(value, ours.find(name))) return false;
        }
        return true;
    }
    auto each = ours.first();
    for (const auto& value : theirs) {
        if (!same(value, each)) return false;
        each = each.next();
    }
    return true;
}

/// Whether there is a number in it that the core refuses for its size.
inline bool has_huge_number(const nlohmann::json& value) {
    if (value.is_structured()) {
        for (const auto& each : value) {
            if (has_huge_number(each)) return true;
        }
    }
    return value.is_number_float() && std::fabs(value.get<double>()) >= 0.99e308;
}

inline std::size_t depth_of(const nlohmann::json& value) {
    if (!value.is_structured()) return 0;
    std::size_t deepest = 0;
    for (const auto& each : value) deepest = std::max(deepest, depth_of(each));
    return deepest + 1;
}

/// Whether the core's reader takes a text for what nlohmann_json takes it for, and refuses no more
/// than it says.
inline bool agrees(std::string_view text) {
    const auto theirs = parsed(text);
    const auto ours = json::Document::parse(text);
    if (ours) return !theirs.is_discarded() && same(theirs, ours->root());
    return theirs.is_discarded() || ours.error().reason != Reason::malformed ||
           text.starts_with("\xEF\xBB\xBF") || text.find('\0') != text.npos ||
           has_huge_number(theirs) || depth_of(theirs) > limits::json_max_depth;
}

}  // namespace hallpass::json_reference
