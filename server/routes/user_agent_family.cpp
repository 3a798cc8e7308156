#include "routes/user_agent_family.hpp"

#include <algorithm>
#include <utility>

namespace hallpass::server {
namespace {

// Browsers name those whom they resemble as well, so the more particular ones come first.
constexpr std::pair<std::string_view, std::string_view> browsers[] = {
    {"Edg", "Edge"},         {"OPR/", "Opera"},       {"SamsungBrowser/", "Samsung Internet"},
    {"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"},   {"Chrome/", "Chrome"},
    {"CriOS/", "Chrome"},    {"Chromium/", "Chrome"}, {"Safari/", "Safari"},
};
constexpr std::size_t family_max_bytes = 40;

bool in_token(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.' || c == '+';
}

}  // namespace

std::string user_agent_family(std::string_view user_agent) {
    if (user_agent.starts_with("Mozilla/")) {
        for (const auto& [mark, family] : browsers) {
            if (user_agent.find(mark) != std::string_view::npos) return std::string{family};
        }
    }
    const auto* end = std::find_if_not(user_agent.begin(), user_agent.end(), in_token);
    const auto size = static_cast<std::size_t>(end - user_agent.begin());
    if (size == 0) return "unknown";
    return std::string{user_agent.substr(0, std::min(size, family_max_bytes))};
}

}  // namespace hallpass::server
