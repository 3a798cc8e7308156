#include "notify/mail_text.hpp"

#include <date/date.h>

#include <algorithm>

#include "notify/base64.hpp"

namespace hallpass::server {
namespace {

// 45 bytes are 60 characters of base64: with its frame an encoded word stays under 75.
constexpr std::size_t encoded_word_max_bytes = 45;

bool is_plain(char c) { return c >= ' ' && c <= '~'; }
bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80; }

/// How many bytes of a control character or bidirectional override `text` begins with.
std::size_t unfit_bytes(std::string_view text) {
    const auto byte = [&](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
    };
    if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
    if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return 2;  // C1
    if (byte(0) == 0xe2 && byte(1) == 0x80 && byte(2) >= 0xa8 && byte(2) <= 0xae) return 3;
    if (byte(0) == 0xe2 && byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9) return 3;
    return 0;
}

// What looks like an encoded word is encoded itself, so that it reads as it was written.
bool is_plain_line(std::string_view line) {
    return std::all_of(line.begin(), line.end(), is_plain) && line.size() <= 200 &&
           line.find("=?") == std::string_view::npos;
}

std::string encoded_words(std::string_view rest) {
    std::string words;
    while (!rest.empty()) {
        auto size = std::min(rest.size(), encoded_word_max_bytes);
        while (size > 1 && size < rest.size() && continues(rest[size])) --size;
        words +=
            (words.empty() ? "=?utf-8?B?" : " =?utf-8?B?") + base64(rest.substr(0, size)) + "?=";
        rest.remove_prefix(size);
    }
    return words;
}

}  // namespace

std::string one_line(std::string_view utf8) {
    std::string line;
    while (!utf8.empty()) {
        const auto unfit = unfit_bytes(utf8);
        line += unfit > 0 ? ' ' : utf8.front();
        utf8.remove_prefix(std::max<std::size_t>(unfit, 1));
    }
    return line;
}

std::string header_text(std::string_view utf8) {
    auto line = one_line(utf8);
    return is_plain_line(line) ? line : encoded_words(line);
}

std::string header_name(std::string_view utf8) {
    const auto line = one_line(utf8);
    if (is_plain_line(line) && line.find_first_of("\"\\") == std::string::npos) {
        return '"' + line + '"';
    }
    return encoded_words(line);
}

bool is_mail_address(std::string_view text) {
    constexpr std::string_view unfit = "<>()[]\\,;:\"";
    const auto at = text.find('@');
    if (text.size() > 254 || at == 0 || at == std::string_view::npos || at + 1 == text.size() ||
        text.find('@', at + 1) != std::string_view::npos) {
        return false;
    }
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_plain(c) && c != ' ' && unfit.find(c) == std::string_view::npos;
    });
}

std::string mail_date(Instant instant) {
    return date::format("%a, %d %b %Y %T +0000", std::chrono::floor<std::chrono::seconds>(instant));
}

}  // namespace hallpass::server
