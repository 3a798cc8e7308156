#include "hallpass/token.hpp"

#include "hallpass/json.hpp"
#include "wire_names.hpp"

namespace hallpass {
namespace {

constexpr char algorithm_names[] =
#define HALLPASS_X(algorithm) HALLPASS_NAME(algorithm)
    HALLPASS_ALGORITHMS(HALLPASS_X);
#undef HALLPASS_X

std::string claims_json(const ActAsClaims& claims) {
    json::Writer json;
    json.begin_object()
        .member("iss", claims.issuer)
        .member("aud", claims.audience)
        .member("sub", claims.subject.str())
        .member("exp", to_unix_s(claims.expires_at))
        .member("iat", to_unix_s(claims.issued_at))
        .member("jti", claims.token.str())
        .member("sid", claims.session.str());
    json.key("act")
        .begin_object()
        .member("sub", claims.agent.str())
        .member("actorUserId", claims.agent.str())
        .end_object();
    json.member("act_as", true);
    json.key("ctx").begin_object().member(claims.tenant_claim, claims.tenant.str()).end_object();
    json.member("scope", claims.scopes.text());
    if (claims.grant) json.member("grant_id", claims.grant->str());
    if (claims.status) {
        json.key("status").begin_object().key("status_list").begin_object();
        json.member("idx", static_cast<std::int64_t>(claims.status->index));
        json.member("uri", claims.status->uri);
        json.end_object().end_object();
    }
    json.end_object();
    return std::move(json).text();
}

}  // namespace

std::string_view to_string(Algorithm algorithm) { return name_in(algorithm_names, algorithm); }
std::optional<Algorithm> parse_algorithm(std::string_view text) {
    return value_in<Algorithm>(algorithm_names, text);
}

std::string signing_input(const ActAsClaims& claims, Algorithm algorithm, std::string_view key_id,
                          std::string_view type) {
    json::Writer header;
    header.begin_object().member("alg", to_string(algorithm));
    if (!key_id.empty()) header.member("kid", key_id);
    header.member("typ", type).end_object();
    return base64url_encode(header.text()) + '.' + base64url_encode(claims_json(claims));
}

std::string with_signature(std::string signing_input, std::string_view signature_bytes) {
    return std::move(signing_input) + '.' + base64url_encode(signature_bytes);
}

}  // namespace hallpass
