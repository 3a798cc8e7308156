#include "json_lexer.hpp"

#include <array>
#include <cstdint>
#include <optional>

#include "utf8.hpp"

namespace hallpass::json {
namespace {

constexpr std::uint32_t first_high_surrogate = 0xD800, first_low_surrogate = 0xDC00,
                        after_surrogates = 0xE000;

/// What strings are mostly made of: bytes that stand for themselves, alone.
constexpr std::array<bool, 256> plain_bytes = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = ' '; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
    return plain;
}();
bool is_plain(char c) { return plain_bytes[static_cast<unsigned char>(c)]; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Four hexadecimal digits. What is none of them stops the reading, a zero byte too.
std::optional<std::uint32_t> four_digits(const char* at) {
    std::uint32_t value = 0;
    for (const char* const end = at + 4; at != end; ++at) {
        const auto letter = static_cast<std::uint32_t>(*at | ' ') - 'a';
        if (!is_digit(*at) && letter >= 6) return std::nullopt;
        value = value * 16 + (is_digit(*at) ? static_cast<std::uint32_t>(*at - '0') : letter + 10);
    }
    return value;
}

void write_code_point(char*& written, std::uint32_t point) {
    const auto put = [&](std::uint32_t byte) { *written++ = static_cast<char>(byte); };
    const auto put_rest = [&](unsigned bits) { put(0x80U | (point >> bits & 0x3FU)); };
    if (point < 0x80) return put(point);
    if (point < 0x800) {
        put(0xC0U | point >> 6);
    } else {
        if (point < 0x10000) {
            put(0xE0U | point >> 12);
        } else {
            put(0xF0U | point >> 18);
            put_rest(12);
        }
        put_rest(6);
    }
    put_rest(0);
}

}  // namespace

Token Lexer::scan() {
    while (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t') ++at_;
    switch (*at_) {
        case '{':
        case '}':
        case '[':
        case ']':
        case ':':
        case ',': return Token{*at_++};
        case '"': return string();
        case 't': return literal("true");
        case 'f': return literal("false");
        case 'n': return literal("null");
        case '\0': return at_ == end_ ? Token::end_of_input : Token::malformed;
        default: return number();
    }
}

Token Lexer::literal(std::string_view word) {
    for (const char c : word) {
        if (*at_++ != c) return Token::malformed;
    }
    return Token{word.front()};
}

bool Lexer::digits() {
    if (!is_digit(*at_)) return false;
    while (is_digit(*at_)) ++at_;
    return true;
}

/// RFC 8259 section 6.
Token Lexer::number() {
    const char* const start = at_;
    if (*at_ == '-') ++at_;
    if (*at_ == '0') {
        ++at_;
    } else if (!digits()) {
        return Token::malformed;
    }
    if (*at_ == '.') {
        ++at_;
        if (!digits()) return Token::malformed;
    }
    if (*at_ == 'e' || *at_ == 'E') {
        ++at_;
        if (*at_ == '+' || *at_ == '-') ++at_;
        if (!digits()) return Token::malformed;
    }
    text_ = {start, static_cast<std::size_t>(at_ - start)};
    return Token::number;
}

/// RFC 8259 section 7.
Token Lexer::string() {
    char* const start = ++at_;
    while (is_plain(*at_)) ++at_;
    char* written = at_;
    while (*at_ != '"') {
        if (is_plain(*at_)) {
            *written++ = *at_++;
        } else if (!(*at_ == '\\' ? unescape(written) : copy_code_point(written))) {
            return Token::malformed;
        }
    }
    ++at_;
    text_ = {start, static_cast<std::size_t>(written - start)};
    return Token::string;
}

bool Lexer::unescape(char*& written) {
    constexpr std::string_view names = "\"\\/bfnrtu", meanings = "\"\\/\b\f\n\r\t";
    const auto which = names.find(at_[1]);
    if (which == std::string_view::npos) return false;
    at_ += 2;
    if (which == meanings.size()) return unescape_code_point(written);
    *written++ = meanings[which];
    return true;
}

/// What follows `\u`: one code point, or a surrogate and with it the other half of the pair.
bool Lexer::unescape_code_point(char*& written) {
    const auto unit = four_digits(at_);
    if (!unit) return false;
    at_ += 4;
    auto point = *unit;
    if (point >= first_high_surrogate && point < after_surrogates) {
        if (point >= first_low_surrogate || at_[0] != '\\' || at_[1] != 'u') return false;
        const auto low = four_digits(at_ + 2);
        if (!low || *low < first_low_surrogate || *low >= after_surrogates) return false;
        at_ += 6;
        point = 0x10000 + ((point - first_high_surrogate) << 10) + (*low - first_low_surrogate);
    }
    write_code_point(written, point);
    return true;
}

/// One that is not ASCII. Control characters are refused here too.
bool Lexer::copy_code_point(char*& written) {
    std::string_view rest{at_, static_cast<std::size_t>(end_ - at_)};
    const auto point = take_code_point(rest);
    if (!point || *point < ' ') return false;
    while (at_ != rest.data()) *written++ = *at_++;
    return true;
}

}  // namespace hallpass::json
