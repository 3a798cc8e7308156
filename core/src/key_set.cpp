#include <algorithm>

#include "digits.hpp"
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

// RFC 8032 section 5.1: 2^255 - 19, big-endian.
constexpr Coordinate ed25519_p{"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"};
// The y coordinates of the points of order 4, 1, 2 and 8, little-endian.
constexpr Coordinate small_order_points[] = {
    Coordinate{"0000000000000000000000000000000000000000000000000000000000000000"},
    Coordinate{"0100000000000000000000000000000000000000000000000000000000000000"},
    Coordinate{"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"},
    Coordinate{"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"},
    Coordinate{"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"}};
// FIPS 186-4 section D.1.2.3, big-endian.
constexpr Coordinate p256_p{"ffffffff00000001000000000000000000000000ffffffffffffffffffffffff"};

/// Whether 32 little-endian bytes are a y coordinate that RFC 8032 section 5.1.3 refuses or that
/// belongs to a point of order 1, 2, 4 or 8. The sign bit of x does not matter: both signs are bad.
bool bad_ed25519_point(std::string_view encoded) {
    std::string y{encoded};
    y.back() = static_cast<char>(y.back() & 0x7F);
    for (const auto& point : small_order_points) {
        if (y == point.view()) return true;
    }
    // Big-endian text order is number order.
    std::reverse(y.begin(), y.end());
    return y.compare(ed25519_p.view()) >= 0;
}

/// A coordinate must be below the field prime of P-256 (FIPS 186-4 section D.1.2.3).
bool bad_p256_coordinate(std::string_view big_endian) {
    return big_endian.compare(p256_p.view()) >= 0;
}

/// The algorithm that a key is for by its type; nothing for kinds that act-as tokens do not use.
std::optional<Algorithm> algorithm_of(json::Value key) {
    const auto type = key.find("kty");
    const auto curve = key.find("crv");
    if (type.is_string("OKP") && curve.is_string("Ed25519")) return Algorithm::EdDSA;
    if (type.is_string("EC") && curve.is_string("P-256")) return Algorithm::ES256;
    if (type.is_string("oct")) return Algorithm::HS256;
    return std::nullopt;
}

/// Whether `use`, `key_ops` and `alg` (RFC 7517 section 4) let this key verify with `algorithm`.
bool meant_for(json::Value key, Algorithm algorithm) {
    if (const auto use = key.find("use"); use && !use.is_string("sig")) return false;
    if (const auto alg = key.find("alg"); alg && !alg.is_string(to_string(algorithm))) return false;
    const auto operations = key.find("key_ops");
    if (!operations) return true;
    if (!operations.is_array()) return false;
    for (auto each = operations.first(); each; each = each.next()) {
        if (each.is_string("verify")) return true;
    }
    return false;
}

/// Reads one key's members. Keeps the first refusal; what is read after it is of no use.
struct KeyReader {
    json::Value key;
    std::int64_t index;
    Refusal failed{};

    void fail(const char* member, Reason reason, const char* message, std::string_view received,
              const Constraints& constraints) {
        if (failed) return;
        const auto path = "keys[" + in_decimal(index) + ']' + member;
        failed = invalid(path, reason, message, received, constraints);
    }
    void fail(const char* member, Reason reason, const char* message) {
        fail(member, reason, message, {}, {});
    }

    /// Base64url member of exactly `bytes` bytes, or of any length where `bytes` is 0.
    std::string octets(const char* dot_member, std::size_t bytes) {
        const auto text = key.find(dot_member + 1).string();
        auto decoded = base64url_decode(text.value_or(""));
        if (!text) {
            fail(dot_member, Reason::required, "the key lacks this member, as text");
        } else if (!decoded) {
            fail(dot_member, Reason::encoding, "this must be base64url without padding");
        } else if (bytes != 0 && decoded->size() != bytes) {
            fail(dot_member, Reason::malformed, "this must be exactly 32 bytes long");
        } else {
            return *std::move(decoded);
        }
        return {};
    }

    std::string ed25519_material() {
        auto x = octets(".x", coordinate_bytes);
        if (!failed && bad_ed25519_point(x)) {
            fail(".x", Reason::malformed,
                 "this is no acceptable Ed25519 key: not canonical, or of small order");
        }
        return x;
    }

    std::string p256_material() {
        const auto x = octets(".x", coordinate_bytes);
        const auto y = octets(".y", coordinate_bytes);
        if (bad_p256_coordinate(x) || bad_p256_coordinate(y)) {
            fail("", Reason::malformed, "a coordinate of this P-256 key is out of range");
        }
        return '\x04' + x + y;
    }

    std::string hmac_material() {
        auto secret = octets(".k", 0);
        if (secret.size() < limits::hmac_key_min_bytes) {
            fail(".k", Reason::too_short, "an HMAC key must have at least 32 bytes", {},
                 {.min = limits::hmac_key_min_bytes});
        }
        return secret;
    }

    std::string material(Algorithm algorithm) {
        if (algorithm == Algorithm::HS256) return hmac_material();
        if (key.find("d")) {
            fail(".d", Reason::unsupported_header,
                 "a verification key must not carry its private part");
        }
        return algorithm == Algorithm::EdDSA ? ed25519_material() : p256_material();
    }

    std::string key_id() {
        const auto kid = key.find("kid");
        const auto text = kid.string();
        if (!kid) return {};
        if (text && is_valid_id(*text)) return std::string{*text};
        fail(".kid", Reason::malformed, "kid must be 1 to 128 bytes of text");
        return {};
    }
};

}  // namespace

Result<KeySet> KeySet::parse(std::string_view jwks_json) {
    auto document = json::Document::parse(jwks_json);
    if (!document) return std::move(document).refusal();
    const auto list = document->root().find("keys");
    if (!list.is_array())
        return invalid("keys", Reason::required, "a key set has an array of keys");
    KeySet set;
    std::int64_t index = 0;
    for (auto jwk = list.first(); jwk; jwk = jwk.next(), ++index) {
        KeyReader reader{jwk, index};
        if (!jwk.is_object()) reader.fail("", Reason::wrong_type, "a key must be an object");
        const auto algorithm = algorithm_of(jwk);
        if (algorithm && meant_for(jwk, *algorithm)) {
            VerificationKey key;
            key.algorithm_ = *algorithm;
            key.material_ = reader.material(*algorithm);
            key.key_id_ = reader.key_id();
            for (const auto& other : set.keys_) {
                if (!key.key_id_.empty() && other.key_id() == key.key_id_) {
                    reader.fail(".kid", Reason::contradiction, "two keys have the same kid");
                }
            }
            set.keys_.push_back(std::move(key));
        }
        if (reader.failed) return std::move(reader.failed);
    }
    return set;
}

}  // namespace hallpass
