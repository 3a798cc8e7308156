#include "hallpass/ids.hpp"

#include <algorithm>

#include "hallpass/json.hpp"
#include "hallpass/utf8.hpp"

namespace hallpass {
namespace {

// Characters that could make one id look like another, or break a log line.
bool forbidden_in_ids(std::uint32_t c) {
    const bool control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
    const bool line_end = c == 0x2028 || c == 0x2029;
    const bool bidirectional = c == 0x200E || c == 0x200F || c == 0x061C ||
                               (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
    return control || line_end || bidirectional;
}

}  // namespace

bool is_valid_id(std::string_view text) {
    if (text.empty() || text.size() > limits::id_max_bytes) return false;
    if (text.front() == ' ' || text.back() == ' ') return false;
    const auto plain = [](char c) { return c >= ' ' && c < '\x7F'; };
    if (std::all_of(text.begin(), text.end(), plain)) return true;  // nearly always
    while (!text.empty()) {
        const auto c = take_code_point(text);
        if (!c || forbidden_in_ids(*c)) return false;
    }
    return true;
}

Result<std::string> parse_id_text(std::string_view text, std::string_view field) {
    const Constraints constraints_of_ids{.min = 1, .max = limits::id_max_bytes};
    std::string name{field};
    if (text.empty()) {
        return invalid(name, Reason::required, name + " must not be empty", {}, constraints_of_ids);
    }
    if (text.size() > limits::id_max_bytes) {
        return invalid(name, Reason::too_long, name + " must be at most 128 bytes long", {},
                       constraints_of_ids);
    }
    if (!is_valid_id(text)) {
        return invalid(name, Reason::malformed,
                       name + " must be UTF-8 text without control characters or outer spaces", {},
                       constraints_of_ids);
    }
    return std::string{text};
}

}  // namespace hallpass
