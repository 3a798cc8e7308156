#include "hallpass/reason.hpp"

#include "hallpass/limits.hpp"
#include "utf8.hpp"

namespace hallpass {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const auto first = text.find_first_not_of(white);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(white) - first + 1);
}

bool allowed_in_reasons(std::uint32_t c) {
    if (c == '\t' || c == '\n' || c == '\r') return true;
    return c >= 0x20 && (c < 0x7F || c > 0x9F);
}

std::optional<Error> refuse_trimmed(std::string_view text) {
    std::int64_t count = 0;
    for (auto rest = text; !rest.empty(); ++count) {
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

std::optional<Error> refuse_reason(std::string_view text) { return refuse_trimmed(trimmed(text)); }

Result<AccessReason> AccessReason::parse(std::string_view text) {
    text = trimmed(text);
    if (auto refusal = refuse_trimmed(text)) return *std::move(refusal);
    return AccessReason{std::string{text}};
}

}  // namespace hallpass
