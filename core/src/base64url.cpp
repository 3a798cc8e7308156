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

}  // namespace

std::string base64url_encode(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t window = 0;
    unsigned bits = 0;
    for (const char byte : bytes) {
        window = (window << 8) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 6; bits -= 6) text += alphabet[(window >> (bits - 6)) & 63U];
    }
    if (bits > 0) text += alphabet[(window << (6 - bits)) & 63U];
    return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes(text.size() * 3 / 4, '\0');
    auto* out = bytes.data();
    std::uint32_t window = 0;
    unsigned bits = 0;
    for (const char c : text) {
        const auto value = value_of_char[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        window = (window << 6) | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            *out++ = static_cast<char>((window >> bits) & 255U);
        }
    }
    // What is left over must be zero bits, or one value would have several spellings.
    if ((window & ((1U << bits) - 1U)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace hallpass
