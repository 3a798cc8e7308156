#include "identity/login.hpp"

#include "hallpass/ids.hpp"

namespace hallpass::server {

std::optional<std::string> login_cookie(const Request& request) {
    const auto header = request.header("Cookie");
    std::optional<std::string> found;
    std::string_view rest = header;
    while (!rest.empty()) {
        const auto end = rest.find_first_of(";,");
        auto pair = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
        const auto equals = pair.find('=');
        if (pair.substr(0, equals) != login_cookie_name) continue;
        // Two of them: somebody on a sibling host may have planted one. Neither counts.
        if (found) return std::nullopt;
        found = equals == std::string_view::npos ? "" : std::string{pair.substr(equals + 1)};
    }
    if (found && found->empty()) return std::nullopt;
    return found;
}

std::string cookie_of_login(const std::string& secret, const Confines& confines) {
    return confines.any() ? secret + '.' + confines.text() : secret;
}

std::string confines_of_cookie(std::string_view cookie) {
    const auto dot = cookie.find('.');
    return std::string{dot == std::string_view::npos ? "" : cookie.substr(dot + 1)};
}

std::string set_login_cookie(const std::string& secret, std::int64_t max_age_s, bool secure) {
    std::string cookie{login_cookie_name};
    cookie +=
        "=" + secret + "; Path=/; HttpOnly; SameSite=Lax; Max-Age=" + std::to_string(max_age_s);
    if (secure) cookie += "; Secure";
    return cookie;
}

bool from_own_pages(const Request& request, const std::string& public_origin) {
    const auto site = request.header("Sec-Fetch-Site");
    if (!site.empty()) return site == "same-origin";
    const auto origin = request.header("Origin");
    if (origin.empty()) return false;
    // Another name of this server counts too; but where the public address is HTTPS, a page that
    // came in the clear is nobody's own.
    const auto host = request.header("Host");
    if (origin == public_origin || origin == "https://" + host) return true;
    return !public_origin.starts_with("https://") && origin == "http://" + host;
}

std::string printable(std::string_view text, std::size_t max_bytes) {
    std::string kept;
    for (const char c : text.substr(0, max_bytes)) {
        const auto byte = static_cast<unsigned char>(c);
        kept += byte >= 0x20 && byte < 0x7f ? c : '?';
    }
    return kept;
}

}  // namespace hallpass::server
