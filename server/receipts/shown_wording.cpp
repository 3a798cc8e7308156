#include "receipts/shown_wording.hpp"

#include <algorithm>

namespace hallpass::server {
namespace {

constexpr std::size_t locale_min_chars = 2, locale_max_chars = 35;  // RFC 5646 section 4.4.1

bool is_locale(std::string_view text) {
    const auto belongs = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-';
    };
    return std::all_of(text.begin(), text.end(), belongs);
}

}  // namespace

std::optional<ShownWording> ShownWording::read(wire::ObjectReader& body) {
    const auto value = body.any("shown");
    if (!value || value.is_null()) return std::nullopt;
    wire::ObjectReader members{value, "shown"};
    ShownWording shown;
    shown.text = members.required_string("text", 1, text_max_chars);
    shown.locale = members.required_string("locale", locale_min_chars, locale_max_chars);
    if (members.ok() && !is_locale(shown.locale)) {
        members.fail(invalid("shown.locale", Reason::malformed, "use a BCP 47 language tag"));
    }
    if (auto error = members.finish()) body.fail(*std::move(error));
    return shown;
}

}  // namespace hallpass::server
