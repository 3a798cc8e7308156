#include "random.hpp"

#include <sodium.h>

#include <stdexcept>

#include "hallpass/token.hpp"

namespace hallpass::server {

void start_cryptography() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium could not be initialised");
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

std::uint32_t random_below(std::uint32_t bound) { return randombytes_uniform(bound); }

std::string random_id(std::string_view prefix) {
    return std::string{prefix} + base64url_encode(random_bytes(16));
}

std::string timed_id(std::string_view prefix, Instant now) {
    constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuv";
    std::string time(id_time_chars, digits[0]);
    auto rest = static_cast<std::uint64_t>(to_unix_ms(now));
    for (std::size_t at = id_time_chars; at-- > 0; rest /= digits.size()) {
        time[at] = digits[rest % digits.size()];
    }
    return std::string{prefix} + time + random_id("");
}

std::string random_secret() { return base64url_encode(random_bytes(32)); }

}  // namespace hallpass::server
