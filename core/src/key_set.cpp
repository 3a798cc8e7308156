#include <algorithm>

#include "hallpass/ids.hpp"
#include "hallpass/limits.hpp"
#include "hallpass/verify.hpp"

namespace hallpass {
namespace {

constexpr std::size_t coordinate_bytes = 32;

/// 32 bytes, read at compile time.
struct Coordinate {
    consteval explicit Coordinate(std::string_view hex) {
        const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
        for (std::size_t i = 0; i < coordinate_bytes; ++i) {
            bytes[i] = static_cast<char>(digit(hex[2 * i]) * 16 + digit(hex[2 * i + 1]));
        }
    }
    std::string_view view() const { return {bytes, coordinate_bytes}; }
    char bytes[coordinate_bytes] = {};
};

// RFC 8032 section 5.1: 2^255 - 19 and one less, big-endian.
constexpr Coordinate ed25519_p{"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"};
constexpr Coordinate ed25519_p_minus_1{
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec"};
// The two y coordinates of the points of order 8, little-endian.
constexpr Coordinate order_8_points[] = {
    Coordinate{"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"},
    Coordinate{"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"}};
// FIPS 186-4 section D.1.2.3, big-endian.
constexpr Coordinate p256_p{"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"};

/// Whether 32 little-endian bytes are a y coordinate that RFC 8032 section 5.1.3 refuses or that
/// belongs to a point of order 1, 2, 4 or 8. The sign bit of x does not matter: both signs are bad.
bool bad_ed25519_point(std::string_view encoded) {
    std::string y{encoded};
    y.back() = static_cast<char>(y.back() & 0x7F);
    // Big-endian text order is number order.
    const std::string big_endian{y.rbegin(), y.rend()};
    if (big_endian.compare(ed25519_p.view()) >= 0 || big_endian == ed25519_p_minus_1.view()) {
        return true;
    }
    const bool zero_or_one =
        big_endian.find_first_not_of('\0') == std::string::npos ||
        (big_endian.back() == 1 && big_endian.find_first_not_of('\0') == coordinate_bytes - 1);
    return zero_or_one || y == order_8_points[0].view() || y == order_8_points[1].view();
}

/// A coordinate must be below the field prime of P-256 (FIPS 186-4 section D.1.2.3).
bool bad_p256_coordinate(std::string_view big_endian) {
    return big_endian.compare(p256_p.view()) >= 0;
}

Error refuse(std::string_view path, Reason reason, const char* message) {
    return invalid(path, reason, message);
}

/// Base64url member of exactly `bytes` bytes, or of any length where `bytes` is 0.
Result<std::string> octets(json::Value key, const char* name, std::size_t bytes,
                           const std::string& path) {
    const auto field = path + "." + name;
    const auto text = key.find(name).string();
    if (!text) return refuse(field, Reason::required, "the key lacks this member, as text");
    auto decoded = base64url_decode(*text);
    if (!decoded) return refuse(field, Reason::encoding, "this must be base64url without padding");
    if (bytes != 0 && decoded->size() != bytes) {
        return refuse(field, Reason::malformed, "this must be exactly 32 bytes long");
    }
    return *std::move(decoded);
}

Result<std::string> ed25519_material(json::Value key, const std::string& path) {
    auto x = octets(key, "x", coordinate_bytes, path);
    if (x && bad_ed25519_point(*x)) {
        return refuse(path + ".x", Reason::malformed,
                      "this is no acceptable Ed25519 key: not canonical, or of small order");
    }
    return x;
}

Result<std::string> p256_material(json::Value key, const std::string& path) {
    auto x = octets(key, "x", coordinate_bytes, path);
    if (!x) return x;
    auto y = octets(key, "y", coordinate_bytes, path);
    if (!y) return y;
    if (bad_p256_coordinate(*x) || bad_p256_coordinate(*y)) {
        return refuse(path, Reason::malformed, "a coordinate of this P-256 key is out of range");
    }
    return '\x04' + *x + *y;
}

Result<std::string> hmac_material(json::Value key, const std::string& path) {
    auto secret = octets(key, "k", 0, path);
    if (secret && secret->size() < limits::hmac_key_min_bytes) {
        return invalid(path + ".k", Reason::too_short, "an HMAC key must have at least 32 bytes",
                       {}, {.min = limits::hmac_key_min_bytes});
    }
    return secret;
}

/// The algorithm that a key is for by its type; nothing for kinds that act-as tokens do not use.
std::optional<Algorithm> algorithm_of(json::Value key) {
    const auto type = key.find("kty").string();
    const auto curve = key.find("crv").string();
    if (type == "OKP" && curve == "Ed25519") return Algorithm::EdDSA;
    if (type == "EC" && curve == "P-256") return Algorithm::ES256;
    if (type == "oct") return Algorithm::HS256;
    return std::nullopt;
}

/// Whether `use`, `key_ops` and `alg` (RFC 7517 section 4) let this key verify with `algorithm`.
bool meant_for(json::Value key, Algorithm algorithm) {
    if (const auto use = key.find("use"); use && use.string() != "sig") return false;
    if (const auto alg = key.find("alg"); alg && alg.string() != to_string(algorithm)) return false;
    const auto operations = key.find("key_ops");
    if (!operations) return true;
    if (!operations.is_array()) return false;
    for (auto each = operations.first(); each; each = each.next()) {
        if (each.string() == "verify") return true;
    }
    return false;
}

Result<std::string> material_of(json::Value key, Algorithm algorithm, const std::string& path) {
    if (algorithm == Algorithm::HS256) return hmac_material(key, path);
    if (key.find("d")) {
        return refuse(path + ".d", Reason::unsupported_header,
                      "a verification key must not carry its private part");
    }
    return algorithm == Algorithm::EdDSA ? ed25519_material(key, path) : p256_material(key, path);
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view jwks_json) {
    auto document = json::Document::parse(jwks_json);
    if (!document) return std::move(document).error();
    const auto list = document->root().find("keys");
    if (!list.is_array())
        return invalid("keys", Reason::required, "a key set has an array of keys");
    KeySet set;
    std::int64_t index = 0;
    for (auto jwk = list.first(); jwk; jwk = jwk.next(), ++index) {
        const auto path = "keys[" + std::to_string(index) + "]";
        if (!jwk.is_object()) return refuse(path, Reason::wrong_type, "a key must be an object");
        const auto algorithm = algorithm_of(jwk);
        if (!algorithm || !meant_for(jwk, *algorithm)) continue;
        auto material = material_of(jwk, *algorithm, path);
        if (!material) return std::move(material).error();
        VerificationKey key;
        key.algorithm_ = *algorithm;
        key.material_ = *std::move(material);
        if (const auto kid = jwk.find("kid")) {
            const auto text = kid.string();
            if (!text || !is_valid_id(*text)) {
                return refuse(path + ".kid", Reason::malformed,
                              "kid must be 1 to 128 bytes of text");
            }
            key.key_id_ = *text;
        }
        const bool taken = !key.key_id_.empty() &&
                           std::any_of(set.keys_.begin(), set.keys_.end(), [&](const auto& other) {
                               return other.key_id() == key.key_id_;
                           });
        if (taken)
            return refuse(path + ".kid", Reason::contradiction, "two keys have the same kid");
        set.keys_.push_back(std::move(key));
    }
    return set;
}

}  // namespace hallpass
