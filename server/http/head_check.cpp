#include "http/head_check.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace hallpass::server {
namespace {

constexpr std::string_view line_end = "\r\n";

bool same_name(std::string_view left, std::string_view right) {
    const auto same = [](char a, char b) { return lower_case(a) == lower_case(b); };
    return left.size() == right.size() && std::equal(left.begin(), left.end(), right.begin(), same);
}

/// By byte, as every one of each head's names is looked at.
constexpr auto token_chars = [] {
    std::array<bool, 256> known{};
    for (const char mark : std::string_view{"!#$%&'*+-.^_`|~"}) {
        known[static_cast<unsigned char>(mark)] = true;
    }
    for (unsigned char c = '0'; c <= '9'; ++c) known[c] = true;
    for (unsigned char c = 'a'; c <= 'z'; ++c) known[c] = true;
    for (unsigned char c = 'A'; c <= 'Z'; ++c) known[c] = true;
    return known;
}();

bool is_token_char(char c) { return token_chars[static_cast<unsigned char>(c)]; }

bool is_token(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char);
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

bool is_host(std::string_view host) {
    return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
        return is_token_char(c) || c == ':' || c == '[' || c == ']';
    });
}

bool is_decimal(std::string_view text) {
    return !text.empty() && text.size() <= 18 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

struct FramingFields {
    int hosts = 0, lengths = 0, encodings = 0;
};

std::optional<std::string_view> refuse_field(std::string_view line, FramingFields& seen) {
    if (line.front() == ' ' || line.front() == '\t') return "a header is folded over lines";
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return "a header's name is malformed";
    }
    const auto name = line.substr(0, colon);
    const auto value = trimmed(line.substr(colon + 1));
    for (const char c : value) {
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) {
            return "a header holds a control character";
        }
    }
    if (same_name(name, "host")) {
        if (++seen.hosts > 1) return "Host is given twice";
        if (!is_host(value)) return "Host is malformed";
    } else if (same_name(name, "content-length")) {
        if (++seen.lengths > 1) return "Content-Length is given twice";
        if (!is_decimal(value)) return "Content-Length is not a number";
    } else if (same_name(name, "transfer-encoding")) {
        if (++seen.encodings > 1) return "Transfer-Encoding is given twice";
        if (!same_name(value, "chunked")) return "this Transfer-Encoding is not known";
    }
    return std::nullopt;
}

/// `method SP origin-form SP HTTP/1.x`; @param http_1_0 set where it is 1.0
std::optional<std::string_view> refuse_request_line(std::string_view line, bool& http_1_0) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return "the request line is malformed";
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (!is_token(line.substr(0, first))) return "the method is malformed";
    if (target.empty() || target.front() != '/' || target.starts_with("//")) {
        return "the target must be a path";
    }
    for (const char c : target) {
        if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f ||
            c == '#') {
            return "the target holds a character that is not allowed";
        }
    }
    http_1_0 = version == "HTTP/1.0";
    if (!http_1_0 && version != "HTTP/1.1") return "the HTTP version is not supported";
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> refuse_head(std::string_view head) {
    auto at = head.find(line_end);
    if (at == std::string_view::npos) return "the request line is malformed";
    bool http_1_0 = false;
    if (auto refusal = refuse_request_line(head.substr(0, at), http_1_0)) return refusal;

    FramingFields seen;
    for (at += line_end.size(); at < head.size();) {
        const auto end = head.find(line_end, at);
        if (end == std::string_view::npos) return "a header line does not end";
        if (end == at) break;  // the empty line
        if (auto refusal = refuse_field(head.substr(at, end - at), seen)) return refusal;
        at = end + line_end.size();
    }
    if (seen.hosts == 0 && !http_1_0) return "Host is missing";
    if (seen.encodings > 0 && seen.lengths > 0) {
        return "Transfer-Encoding and Content-Length are given together";
    }
    if (seen.encodings > 0 && http_1_0) return "HTTP/1.0 has no Transfer-Encoding";
    return std::nullopt;
}

}  // namespace hallpass::server
