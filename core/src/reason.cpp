#include "hallpass/reason.hpp"

#include <cstring>

#include "hallpass/limits.hpp"
#include "hallpass/utf8.hpp"

namespace hallpass {
namespace {

/// Characters of the Unicode property White_Space, and those that show as nothing at all: a reason
/// made of them alone would look empty to the user who is asked.
bool blank(std::uint32_t c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

constexpr bool plain(char c) { return c > ' ' && c <= '~'; }

/// How many bytes at the front are printable ASCII, counted in whole words.
std::size_t printable_words(std::string_view text) {
    constexpr std::uint64_t each = 0x0101010101010101;
    std::size_t size = 0;
    for (std::uint64_t word = 0; text.size() - size >= sizeof word; size += sizeof word) {
        std::memcpy(&word, text.data() + size, sizeof word);
        // A byte's high bit is set where it is above '~' (word itself, or one more than DEL) or
        // below ' '. Carries come from bytes alone that are refused already.
        if (((word | (word + each) | (word - each * ' ')) & each * 0x80) != 0) break;
    }
    return size;
}

/// Without blanks at both ends. Looks at the ends alone; malformed bytes stay, to be refused later.
std::string_view trimmed(std::string_view text) {
    if (!text.empty() && plain(text.front()) && plain(text.back())) return text;
    for (auto rest = text; !rest.empty(); text = rest) {
        const auto c = take_code_point(rest);
        if (!c || !blank(*c)) break;
    }
    while (!text.empty()) {
        auto start = text.size() - 1;
        while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
        auto end = text.substr(start);
        const auto c = take_code_point(end);
        if (!c || !end.empty() || !blank(*c)) break;
        text = text.substr(0, start);
    }
    return text;
}

bool allowed_in_reasons(std::uint32_t c) {
    if (c == '\t' || c == '\n' || c == '\r') return true;
    return c >= 0x20 && (c < 0x7F || c > 0x9F);
}

Refusal refuse_trimmed(std::string_view text) {
    std::int64_t count = 0;
    for (auto rest = text; !rest.empty(); ++count) {
        // Printable ASCII, which most reasons are made of, needs no decoding.
        auto printable = printable_words(rest);
        while (printable < rest.size() && (rest[printable] == ' ' || plain(rest[printable]))) {
            ++printable;
        }
        rest.remove_prefix(printable);
        count += static_cast<std::int64_t>(printable);
        if (rest.empty()) break;
        const auto c = take_code_point(rest);
        if (!c || !allowed_in_reasons(*c)) {
            return invalid("reason", Reason::malformed,
                           "reason must be plain text without control characters");
        }
    }
    constexpr std::int64_t least = limits::reason_min_chars;
    constexpr std::int64_t most = limits::reason_max_chars;
    if (count < least || count > most) {
        return invalid("reason", count < least ? Reason::too_short : Reason::too_long,
                       "reason must be 5 to 500 characters long", {}, {.min = least, .max = most});
    }
    return std::nullopt;
}

}  // namespace

Refusal refuse_reason(std::string_view text) { return refuse_trimmed(trimmed(text)); }

Result<AccessReason> AccessReason::parse(std::string_view text) {
    text = trimmed(text);
    if (auto refusal = refuse_trimmed(text)) return refusal;
    return AccessReason{std::string{text}};
}

}  // namespace hallpass
