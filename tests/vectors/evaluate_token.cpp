#include <optional>
#include <string>
#include <vector>

#include "hallpass/scope.hpp"
#include "hallpass/verify.hpp"
#include "request_members.hpp"

namespace hallpass::vectors {
namespace {

void member_or_null(json::Writer& writer, std::string_view name, const std::string* value) {
    writer.key(name);
    value != nullptr ? writer.string(*value) : writer.null();
}

template <class T>
const std::string* text_of(const std::optional<T>& id) {
    return id ? &id->str() : nullptr;
}

std::string spell(const LiveSession& session) {
    json::Writer writer;
    writer.begin_object().member("ok", true).key("session").begin_object();
    writer.member("id", session.session().str()).member("subject", session.subject().str());
    writer.member("actor", session.agent().str());
    member_or_null(writer, "tenant", text_of(session.tenant()));
    writer.member("tenantClaim", session.tenant_claim()).key("scopes");
    wire::write(writer, session.scopes().view());
    member_or_null(writer, "tokenId", text_of(session.token()));
    member_or_null(writer, "grantId", text_of(session.grant()));
    writer.member("expiresAt", to_unix_ms(session.not_after())).key("status");
    if (session.status()) {
        writer.begin_object();
        writer.member("index", static_cast<std::int64_t>(session.status()->index));
        writer.member("uri", session.status()->uri).end_object();
    } else {
        writer.null();
    }
    writer.end_object().end_object();
    return std::move(writer).text();
}

}  // namespace

std::string evaluate_token(json::Value request) {
    std::vector<std::string> types;
    const auto given_types = request.find("types");
    for (auto type = given_types.first(); type; type = type.next()) {
        types.emplace_back(type.string().value_or(""));
    }
    const VerifierRules rules{std::string{text(request, "issuer")},
                              std::string{text(request, "audience")},
                              std::chrono::seconds{integer(request, "clockSkewSeconds")}};
    const auto keys = KeySet::parse(request.find("jwks").excerpt(1U << 20U));
    if (!keys) return failure(keys.error());
    auto token = UnverifiedToken::parse(text(request, "token"), types);
    if (!token) return failure(token.error());
    const auto key = token->select_key(*keys);
    if (!key) return failure(key.error());
    const auto holds =
        flag(request, "signatureHolds") ? SignatureCheck::valid : SignatureCheck::invalid;
    const auto signed_token = SignedToken::accept(*std::move(token), **key, holds);
    if (!signed_token) return failure(signed_token.error());
    const auto now = instant(request, "now");
    const auto session = LiveSession::check(*signed_token, rules, now);
    if (!session) return failure(session.error());
    const auto required = ScopeSet::parse(text(request, "requiredScopes"), "scopes");
    if (!required) return failure(required.error());
    const auto again = session->check_again(now, required->view());
    return again ? spell(*session) : failure(again.error());
}

}  // namespace hallpass::vectors
