#include "notify/webhook_signature.hpp"

#include <stdexcept>

#include "digest.hpp"
#include "notify/base64.hpp"
#include "split.hpp"

namespace hallpass::server {
namespace {

constexpr std::string_view prefix = "whsec_";
constexpr std::size_t key_min_bytes = 24, key_max_bytes = 64;

}  // namespace

std::vector<std::string> webhook_keys(std::string_view lines) {
    std::vector<std::string> keys;
    while (!lines.empty()) {
        auto line = take_until(lines, '\n');
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (line.empty()) continue;
        if (!line.starts_with(prefix)) throw std::runtime_error("a webhook's secret is whsec_…");
        auto key = base64_bytes(line.substr(prefix.size()));
        if (!key || key->size() < key_min_bytes || key->size() > key_max_bytes) {
            throw std::runtime_error("a webhook's secret must be base64 of 24 to 64 bytes");
        }
        keys.push_back(*std::move(key));
    }
    if (keys.empty()) throw std::runtime_error("a webhook's secret file holds no secret");
    return keys;
}

std::string webhook_signature(const std::vector<std::string>& keys, std::string_view id, Instant at,
                              std::string_view body) {
    const auto text =
        std::string{id} + "." + std::to_string(to_unix_s(at)) + "." + std::string{body};
    std::string signatures;
    for (const auto& key : keys) {
        signatures += (signatures.empty() ? "v1," : " v1,") + base64(hmac_sha256(key, text));
    }
    return signatures;
}

}  // namespace hallpass::server
