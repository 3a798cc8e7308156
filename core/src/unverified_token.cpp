#include <algorithm>

#include "hallpass/limits.hpp"
#include "hallpass/verify.hpp"
#include "letter_case.hpp"

namespace hallpass {
namespace {

Refusal malformed(std::string_view field, Reason reason, const char* message) {
    return make_error(ErrorCode::TOKEN_MALFORMED, message, field, reason);
}

Refusal bad_signature(Reason reason, const char* message) {
    return make_error(ErrorCode::TOKEN_SIGNATURE_INVALID, message, {}, reason);
}

/// Decodes one part of the token that must be a JSON object.
Result<json::Document> decode_object(std::string_view part, const char* name) {
    const auto text = base64url_decode(part);
    if (!text) return malformed(name, Reason::encoding, "a part is not canonical base64url");
    auto document = json::Document::parse(*text);
    if (!document) {
        const auto reason = document.error().reason;
        return malformed(name, reason, "a part is not acceptable JSON");
    }
    if (!document->root().is_object()) {
        return malformed(name, Reason::wrong_type, "a part is not a JSON object");
    }
    return document;
}

/// RFC 7515 section 4.1.9: `typ` is a media type whose `application/` may be left out.
std::string_view bare(std::string_view type) {
    constexpr std::string_view prefix = "application/";
    const auto rest = type.substr(std::min(prefix.size(), type.size()));
    const bool shortens = !rest.empty() && rest.find('/') == std::string_view::npos &&
                          same_but_for_case(type.substr(0, prefix.size()), prefix);
    return shortens ? rest : type;
}

bool accepts(const std::vector<std::string>& types, std::string_view type) {
    return std::any_of(types.begin(), types.end(), [&](const auto& accepted) {
        return same_but_for_case(bare(type), bare(accepted));
    });
}

}  // namespace

/// @returns nothing where the header is as it should be
Refusal UnverifiedToken::KnownHeader::read(std::string_view part,
                                           const std::vector<std::string>& accepted_types) {
    text_.clear();
    auto header = decode_object(part, "header");
    if (!header) return std::move(header).refusal();
    const auto members = header->root();
    for (const char* name : {"crit", "b64", "jwk", "jku", "x5u", "x5c"}) {
        if (members.find(name)) {
            return malformed(name, Reason::unsupported_header,
                             "the token's header asks for something that is refused here");
        }
    }
    const auto algorithm_name = members.find("alg").string();
    if (!algorithm_name) return malformed("alg", Reason::required, "the header lacks alg as text");
    const auto algorithm = parse_algorithm(*algorithm_name);
    if (!algorithm)
        return bad_signature(Reason::algorithm, "the token's algorithm is not accepted");
    algorithm_ = *algorithm;
    key_id_.clear();
    if (const auto kid = members.find("kid")) {
        const auto text = kid.string();
        if (!text || !is_valid_id(*text)) {
            return malformed("kid", Reason::malformed, "kid must be 1 to 128 bytes of text");
        }
        key_id_ = *text;
    }
    const auto type = members.find("typ");
    if (type && !type.string()) return malformed("typ", Reason::wrong_type, "typ must be text");
    type_accepted_ = accepts(accepted_types, type.string().value_or(""));
    text_ = part;
    return {};
}

Result<UnverifiedToken> UnverifiedToken::parse(std::string_view token,
                                               const std::vector<std::string>& accepted_types,
                                               KnownHeader& known) {
    if (token.size() > limits::token_max_bytes) {
        return malformed({}, Reason::too_long, "the token is longer than 16 KiB");
    }
    const auto first_dot = token.find('.');
    const auto second_dot = token.find('.', first_dot == token.npos ? first_dot : first_dot + 1);
    const bool three_parts =
        second_dot != token.npos && token.find('.', second_dot + 1) == token.npos;
    if (!three_parts || first_dot == 0 || second_dot == first_dot + 1 ||
        second_dot + 1 == token.size()) {
        return malformed({}, Reason::malformed, "the token must have three parts");
    }
    if (const auto part = token.substr(0, first_dot); part != known.text_) {
        if (auto refusal = known.read(part, accepted_types)) return refusal;
    }
    UnverifiedToken parsed;
    parsed.algorithm_ = known.algorithm_;
    parsed.key_id_ = known.key_id_;
    parsed.type_accepted_ = known.type_accepted_;
    auto payload =
        decode_object(token.substr(first_dot + 1, second_dot - first_dot - 1), "payload");
    if (!payload) return std::move(payload).refusal();
    parsed.payload_ = *std::move(payload);
    auto signature = base64url_decode(token.substr(second_dot + 1));
    if (!signature) {
        return malformed("signature", Reason::encoding, "the signature is not canonical base64url");
    }
    parsed.signature_ = *std::move(signature);
    parsed.signing_input_ = token.substr(0, second_dot);
    return parsed;
}

Result<const VerificationKey*> UnverifiedToken::select_key(const KeySet& keys) const {
    const VerificationKey* found = nullptr;
    for (const auto& key : keys.keys()) {
        const bool fits = key_id_.empty() ? key.algorithm() == algorithm_ : key.key_id() == key_id_;
        if (!fits) continue;
        if (found != nullptr) {
            return bad_signature(Reason::unknown_key, "the token must name one of several keys");
        }
        found = &key;
    }
    if (found == nullptr) {
        return bad_signature(Reason::unknown_key, "the token was signed with a key not known here");
    }
    if (found->algorithm() != algorithm_) {
        return bad_signature(Reason::algorithm,
                             "the key is for another algorithm than the token's");
    }
    const std::size_t signature_bytes = algorithm_ == Algorithm::HS256 ? 32 : 64;
    if (signature_.size() != signature_bytes) {
        return bad_signature(Reason::encoding, "the signature has the wrong length");
    }
    return found;
}

Result<SignedToken> SignedToken::accept(UnverifiedToken token, const VerificationKey& key,
                                        SignatureCheck check) {
    if (check != SignatureCheck::valid || key.algorithm() != token.algorithm_ ||
        !token.payload_.root()) {
        return bad_signature(Reason::mismatch, "the token's signature does not hold");
    }
    if (!token.type_accepted_) {
        return make_error(ErrorCode::TOKEN_CLAIM_INVALID,
                          "tokens of this type are not accepted here", "typ", Reason::not_one_of);
    }
    return SignedToken{std::move(token.payload_)};
}

}  // namespace hallpass
