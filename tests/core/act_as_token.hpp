#pragma once

#include <string>
#include <string_view>

#include "hallpass/token.hpp"
#include "hallpass/verify.hpp"

/// Tokens for tests: header and payload as JSON text, with a signature of the right length.
namespace tokens {

using namespace hallpass;

inline constexpr std::string_view header = R"({"alg":"EdDSA","kid":"k","typ":"at+jwt"})";
inline constexpr std::string_view payload =
    R"({"iss":"https://api.example.com","aud":"app","exp":1800001800,"iat":1800000000,"sub":"piet",)"
    R"("act":{"sub":"jan"},"act_as":true,"sid":"s-1"})";
inline const VerifierRules rules{"https://api.example.com", "app", std::chrono::seconds{0}};
inline const Instant issued = from_unix_s(1'800'000'000);
inline const Instant expires = from_unix_s(1'800'001'800);

inline std::string token(std::string_view header_json, std::string_view payload_json = payload) {
    return base64url_encode(header_json) + "." + base64url_encode(payload_json) + "." +
           base64url_encode(std::string(64, 's'));
}

/// The key that goes with `header`.
inline const KeySet& keys() {
    static const KeySet set = *KeySet::parse(
        R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
    return set;
}

/// The whole way of a token whose signature the caller's cryptography found valid.
inline Result<LiveSession> verify(std::string_view payload_json, Instant now,
                                  const VerifierRules& with = rules) {
    auto unverified = UnverifiedToken::parse(token(header, payload_json), {"at+jwt"});
    if (!unverified) return std::move(unverified).error();
    const auto key = unverified->select_key(keys());
    if (!key) return key.error();
    const auto checked = SignedToken::accept(*std::move(unverified), **key, SignatureCheck::valid);
    if (!checked) return checked.error();
    return LiveSession::check(*checked, with, now);
}

/// "ok", or code, field and reason.
template <class T>
std::string outcome(const Result<T>& result) {
    if (result) return "ok";
    const auto& error = result.error();
    return std::string{to_string(error.code)} + " " + error.field + " " +
           std::string{to_string(error.reason)};
}

}  // namespace tokens
