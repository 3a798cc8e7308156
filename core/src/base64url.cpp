#include <array>

#include "hallpass/token.hpp"

namespace hallpass {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::array<signed char, 256> value_of_char = [] {
    std::array<signed char, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        values[static_cast<unsigned char>(alphabet[i])] = static_cast<signed char>(i);
    }
    return values;
}();

std::uint32_t byte(char c) { return static_cast<unsigned char>(c); }
/// What a letter stands for; negative, whatever it is shifted by, where it stands for nothing.
std::int32_t value(char c) { return value_of_char[static_cast<unsigned char>(c)]; }

}  // namespace

std::string base64url_encode(std::string_view bytes) {
    std::string text((bytes.size() * 4 + 2) / 3, '\0');
    auto* out = text.data();
    for (; bytes.size() >= 3; bytes.remove_prefix(3), out += 4) {
        const auto window = byte(bytes[0]) << 16 | byte(bytes[1]) << 8 | byte(bytes[2]);
        out[0] = alphabet[window >> 18];
        out[1] = alphabet[window >> 12 & 63U];
        out[2] = alphabet[window >> 6 & 63U];
        out[3] = alphabet[window & 63U];
    }
    if (bytes.empty()) return text;
    const auto window = byte(bytes[0]) << 16 | (bytes.size() > 1 ? byte(bytes[1]) << 8 : 0);
    out[0] = alphabet[window >> 18];
    out[1] = alphabet[window >> 12 & 63U];
    if (bytes.size() > 1) out[2] = alphabet[window >> 6 & 63U];
    return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes(text.size() * 3 / 4, '\0');
    auto* out = bytes.data();
    for (; text.size() >= 4; text.remove_prefix(4), out += 3) {
        const auto window =
            value(text[0]) << 18 | value(text[1]) << 12 | value(text[2]) << 6 | value(text[3]);
        if (window < 0) return std::nullopt;
        out[0] = static_cast<char>(window >> 16);
        out[1] = static_cast<char>(window >> 8);
        out[2] = static_cast<char>(window);
    }
    if (text.empty()) return bytes;
    const auto window =
        value(text[0]) << 10 | value(text[1]) << 4 | (text.size() > 2 ? value(text[2]) >> 2 : 0);
    // What is left over must be zero bits, or one value would have several spellings.
    const auto left_over = text.size() > 2 ? value(text[2]) & 3 : value(text[1]) & 15;
    if (window < 0 || left_over != 0) return std::nullopt;
    out[0] = static_cast<char>(window >> 8);
    if (text.size() > 2) out[1] = static_cast<char>(window);
    return bytes;
}

}  // namespace hallpass
