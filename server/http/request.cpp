#include "http/request.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "hallpass/ids.hpp"
#include "hallpass/utf8.hpp"
#include "split.hpp"

namespace hallpass::server {
namespace {

/// One half of a pair (application/x-www-form-urlencoded).
std::optional<std::string> form_decode(std::string_view text) {
    if (text.find('+') == std::string_view::npos) return percent_decode(text);
    std::string spaced{text};
    std::replace(spaced.begin(), spaced.end(), '+', ' ');
    return percent_decode(spaced);
}

}  // namespace

std::string Request::header(std::string_view name) const {
    std::string joined;
    const auto [begin, end] = headers.equal_range({name.data(), name.size()});
    for (auto field = begin; field != end; ++field) {
        if (field != begin) joined += ", ";
        joined.append(field->value().data(), field->value().size());
    }
    return joined;
}

std::optional<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    while (!text.empty()) {
        const auto plain = text.substr(0, text.find('%'));
        decoded += plain;
        text.remove_prefix(plain.size());
        if (text.empty()) break;
        if (text.size() < 3) return std::nullopt;
        const auto high = hex_digit(text[1]);
        const auto low = hex_digit(text[2]);
        if (!high || !low || (*high == 0 && *low == 0)) return std::nullopt;
        decoded += static_cast<char>(*high * 16 + *low);
        text.remove_prefix(3);
    }
    if (!is_utf8(decoded)) return std::nullopt;
    return decoded;
}

Result<std::map<std::string, std::string>> parse_pairs(std::string_view text) {
    std::map<std::string, std::string> pairs;
    while (!text.empty()) {
        const auto pair = take_until(text, '&');
        const auto equals = std::min(pair.find('='), pair.size());
        auto name = form_decode(pair.substr(0, equals));
        auto value = form_decode(pair.substr(std::min(pair.size(), equals + 1)));
        if (!name || name->empty() || !value) {
            return invalid("query", Reason::malformed,
                           "the query is malformed; send name=value pairs");
        }
        if (!pairs.emplace(*name, *std::move(value)).second) {
            return invalid(is_valid_id(*name) ? *name : "query", Reason::duplicate_member,
                           "a query parameter is given twice; give it once");
        }
    }
    return pairs;
}

std::string percent_encode(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view marks = "-._~";
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || marks.find(c) != std::string_view::npos;
        if (plain) {
            encoded += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        encoded += '%';
        encoded += digits[byte >> 4U];
        encoded += digits[byte & 15U];
    }
    return encoded;
}

}  // namespace hallpass::server
