#include "signing/act_as_tokens.hpp"

#include "digest.hpp"
#include "random.hpp"
#include "signing/token_signature.hpp"

namespace hallpass::server {
namespace {

/// The payload of a token whose signature holds.
Result<json::Document> payload_of(std::string_view token) {
    const auto first = token.find('.');
    const auto second = token.find('.', first + 1);
    const auto payload = base64url_decode(token.substr(first + 1, second - first - 1));
    if (!payload) return make_error(ErrorCode::TOKEN_MALFORMED, "the token is malformed");
    return json::Document::parse(*payload);
}

/// The time in an id that `timed_id` made, as it is written there. What is kept behind it lies side
/// by side with what was written lately, where a hash alone would touch a page of its own.
std::string time_in(std::string_view id) {
    return std::string{id.substr(id.find('_') + 1, id_time_chars)};
}

}  // namespace

std::string ActAsTokens::input_of(const TokenRow& token, const SessionRow& session,
                                  std::string_view tenant_claim, const SigningKey& key) const {
    ActAsClaims claims{names_.issuer,
                       names_.audience,
                       SubjectId::trusted(session.subject_id),
                       AgentId::trusted(session.agent_id),
                       SessionId::trusted(session.id),
                       TokenId::trusted(token.id),
                       from_unix_ms(token.issued_at_unix_ms),
                       from_unix_ms(token.expires_at_unix_ms),
                       tenant_claim,
                       TenantId::trusted(session.tenant_id),
                       ScopeSet::trusted(token.scopes),
                       std::nullopt,
                       std::nullopt};
    if (session.grant_id) claims.grant = GrantId::trusted(*session.grant_id);
    claims.status =
        ActAsClaims::StatusReference{static_cast<std::uint64_t>(token.status_index),
                                     names_.status_base + std::to_string(token.status_list)};
    return signing_input(claims, key.algorithm(), key.key_id());
}

ActAsTokens::Issued ActAsTokens::issue(Transaction& transaction, const SessionRow& session,
                                       std::string_view tenant_claim) const {
    const auto ring = keys_.ring();
    const auto& key = ring->active();
    TokenRow token;
    token.id = timed_id("tok_", transaction.now());
    token.session_id = session.id;
    token.key_id = key.key_id();
    const auto place = places_.assign(transaction);
    token.status_list = place.list;
    token.status_index = place.index;
    token.issued_at_unix_ms = to_unix_ms(floor_to_second(transaction.now()));
    token.expires_at_unix_ms = session.expires_at_unix_ms;
    token.scopes = session.scopes;
    auto input = input_of(token, session, tenant_claim, key);
    token.sha256 = sha256_text(input);
    transaction.store().insert(token);
    const auto sign = [ring, &key, input = std::move(input)] {
        return with_signature(input, key.sign(input));
    };
    if (!key.may_fail()) return {std::move(token), sign};
    return {std::move(token), [text = sign()] { return text; }};
}

void ActAsTokens::revoke(Transaction& transaction, const std::string& session_id) {
    transaction.store().execute(
        "UPDATE tokens SET revoked_at_unix_ms = :now WHERE session_id = :session"
        " AND revoked_at_unix_ms IS NULL",
        {{"now", to_unix_ms(transaction.now())}, {"session", session_id}});
}

std::optional<std::string> ActAsTokens::text_of(const TokenRow& token, const SessionRow& session,
                                                std::string_view tenant_claim) const {
    const auto ring = keys_.ring();
    const auto* key = ring->find(token.key_id);
    if (key == nullptr) return std::nullopt;
    auto input = input_of(token, session, tenant_claim, *key);
    const auto digest = sha256_text(input);
    // Some of an earlier version have their time before it.
    const auto time_chars = token.sha256.size() - std::min(token.sha256.size(), digest.size());
    if (!equal_constant_time(digest, std::string_view{token.sha256}.substr(time_chars))) {
        return std::nullopt;
    }
    const auto signature = key->sign(input);
    return with_signature(std::move(input), signature);
}

std::string ActAsTokens::hand_over_code(const std::string& session_id) const {
    return time_in(session_id) + base64url_encode(keys_.ring()->derived_secret(
                                     "hallpass hand-over code of " + session_id));
}

ActAsTokens::Checked ActAsTokens::check_signature(std::string_view token) const {
    const auto ring = keys_.ring();
    if (auto known = known_.find(token); known && known->ring.lock() == ring) {
        return std::move(known->checked);
    }
    auto checked = check_anew(token, *ring);
    if (checked) known_.keep(token, {ring, checked});
    return checked;
}

void ActAsTokens::remember_foreign(std::string_view token) const {
    const auto ring = keys_.ring();
    const auto known = known_.find(token);
    if (known && known->ring.lock() == ring) return;
    auto checked = check_anew(token, *ring);
    if (!checked) known_.keep(token, {ring, std::move(checked)});
}

ActAsTokens::Checked ActAsTokens::check_anew(std::string_view token, const KeyRing& ring) const {
    static const std::vector<std::string> types{"at+jwt"};
    // A key's tokens have it in common. It was read for those types, and holds for no others.
    thread_local UnverifiedToken::KnownHeader header;
    auto accepted = check_token_signature(token, ring, types, header);
    if (!accepted) return std::move(accepted).error();

    const auto payload = payload_of(token);
    if (!payload) return payload.error();
    const auto claims = payload->root();
    const auto text = [](json::Value value) { return std::string{value.string().value_or("")}; };
    return std::make_shared<const Signed>(Signed{*std::move(accepted), text(claims.find("jti")),
                                                 text(claims.find("sid")), text(claims.find("sub")),
                                                 text(claims.find("act").find("sub"))});
}

Result<LiveSession> ActAsTokens::check_claims(const SignedToken& token, Instant now) const {
    return LiveSession::check(token, {names_.issuer, names_.audience, {}}, now);
}

}  // namespace hallpass::server
