#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "exchange.hpp"
#include "hallpass/verify.hpp"
#include "slots.hpp"
#include "tables.hpp"

namespace hallpass::abi {
namespace {

/// What one verifier insists on.
struct Verifier {
    VerifierRules rules;
    std::vector<std::string> types;
    UnverifiedToken::KnownHeader header;
};

Slots<Verifier> verifiers;
Slots<KeySet> key_sets;
Slots<UnverifiedToken> tokens;
Slots<LiveSession> sessions;

Refusal no_such_handle() {
    return make_error(ErrorCode::INTERNAL_ERROR, "this handle was released; report the bug");
}

/// Makes the refusal in one place, for calls that find nothing behind a handle.
std::int32_t refuse_handle() { return refuse(no_such_handle()); }

void give_optional(std::size_t first_word, const std::string* text) {
    if (text != nullptr) return give(first_word, *text);
    fields.word[first_word] = 0;
    fields.word[first_word + 1] = 0;
}

template <class T>
const std::string* text_of(const std::optional<T>& id) {
    return id ? &id->str() : nullptr;
}

/// Numbers 0 to 2: not_after, not_before (ms), status index (-1: none). Texts from word 2 on:
/// subject, agent, session, token, grant, tenant, tenant claim, scopes, status uri.
void give_session(const LiveSession& session) {
    fields.number[0] = unix_ms(session.not_after());
    fields.number[1] = unix_ms(session.not_before());
    fields.number[2] = session.status() ? static_cast<double>(session.status()->index) : -1.0;
    give(2, session.subject().str());
    give(4, session.agent().str());
    give(6, session.session().str());
    give_optional(8, text_of(session.token()));
    give_optional(10, text_of(session.grant()));
    give_optional(12, text_of(session.tenant()));
    give(14, session.tenant_claim());
    give(16, session.scopes().text());
    give_optional(18, session.status() ? &session.status()->uri : nullptr);
}

/// Takes the token out of its slot; what is left of it is a signed one, or the refusal.
Result<SignedToken> signed_by(std::int32_t token_handle, std::int32_t keys_handle,
                              std::int32_t signature_valid) {
    auto* held = tokens.find(token_handle);
    const auto* set = key_sets.find(keys_handle);
    if (held == nullptr || set == nullptr) return no_such_handle();
    const auto check = signature_valid == 1 ? SignatureCheck::valid : SignatureCheck::invalid;
    auto key = held->select_key(*set);
    auto signed_token = key ? SignedToken::accept(std::move(*held), **key, check)
                            : Result<SignedToken>{std::move(key).refusal()};
    tokens.release(token_handle);
    return signed_token;
}

/// Takes a text that ends with a zero byte off the front.
std::string take_text(std::string_view& rest) {
    const auto end = rest.find('\0');
    std::string text{rest.substr(0, end)};
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    return text;
}

}  // namespace

/// Input: issuer, audience and each accepted type, every one followed by a zero byte.
/// @returns a handle, or `refused`
HP_EXPORT(hp_verifier)
std::int32_t hp_verifier(std::uint32_t size, double clock_skew_s) {
    auto rest = input_text(size);
    Verifier verifier;
    verifier.rules.issuer = take_text(rest);
    verifier.rules.audience = take_text(rest);
    while (!rest.empty()) verifier.types.push_back(take_text(rest));
    // Out of the core's range either way, so that the core says so.
    const bool whole = clock_skew_s == std::floor(clock_skew_s) && std::abs(clock_skew_s) < 1e6;
    verifier.rules.clock_skew =
        std::chrono::seconds{whole ? static_cast<std::int64_t>(clock_skew_s) : -1};
    if (const auto checked = check_rules(verifier.rules); !checked) return refuse(checked.error());
    return verifiers.add(std::move(verifier));
}

/// Input: a JSON Web Key Set. @returns a handle, or `refused`; word 2: how many keys it has.
HP_EXPORT(hp_keys) std::int32_t hp_keys(std::uint32_t size) {
    auto keys = KeySet::parse(input_text(size));
    if (!keys) return refuse(keys.error());
    fields.word[2] = static_cast<std::uint32_t>(keys->keys().size());
    return key_sets.add(*std::move(keys));
}
HP_EXPORT(hp_keys_free) void hp_keys_free(std::int32_t handle) { key_sets.release(handle); }

/// Gives a key's material (words 0, 1). @returns its Algorithm, or `refused`.
HP_EXPORT(hp_key) std::int32_t hp_key(std::int32_t handle, std::uint32_t index) {
    const auto* set = key_sets.find(handle);
    if (set == nullptr || index >= set->keys().size()) return refuse_handle();
    const auto& key = set->keys()[index];
    give(0, key.material());
    return static_cast<std::int32_t>(key.algorithm());
}

/// Input: a token. @returns a handle, or `refused`. Words 2 to 5: signing input, signature.
HP_EXPORT(hp_token) std::int32_t hp_token(std::int32_t verifier_handle, std::uint32_t size) {
    auto* verifier = verifiers.find(verifier_handle);
    if (verifier == nullptr) return refuse_handle();
    auto token = UnverifiedToken::parse(input_text(size), verifier->types, verifier->header);
    if (!token) return refuse(token.error());
    const auto handle = tokens.add(*std::move(token));
    const auto& held = *tokens.find(handle);
    give(2, held.signing_input());
    give(4, held.signature());
    return handle;
}
HP_EXPORT(hp_token_free) void hp_token_free(std::int32_t handle) { tokens.release(handle); }

/// @returns the index of the one key that fits, or `refused`.
HP_EXPORT(hp_token_key)
std::int32_t hp_token_key(std::int32_t token_handle, std::int32_t keys_handle) {
    const auto* token = tokens.find(token_handle);
    const auto* set = key_sets.find(keys_handle);
    if (token == nullptr || set == nullptr) return refuse_handle();
    const auto key = token->select_key(*set);
    if (!key) return refuse(key.error());
    return static_cast<std::int32_t>(*key - set->keys().data());
}

/// Whether the signature that was checked with the selected key makes this a live session.
/// Consumes the token. @returns a session handle, or `refused`; fields as give_session says.
HP_EXPORT(hp_token_accept)
std::int32_t hp_token_accept(std::int32_t token_handle, std::int32_t keys_handle,
                             std::int32_t verifier_handle, std::int32_t signature_valid,
                             double now_ms) {
    const auto* verifier = verifiers.find(verifier_handle);
    if (verifier == nullptr) return refuse_handle();
    const auto signed_token = signed_by(token_handle, keys_handle, signature_valid);
    if (!signed_token) return refuse(signed_token.error());
    const auto now = read_instant(now_ms, "now");
    if (!now) return refuse(now.error());
    auto session = LiveSession::check(*signed_token, verifier->rules, *now);
    if (!session) return refuse(session.error());
    const auto handle = sessions.add(*std::move(session));
    give_session(*sessions.find(handle));
    return handle;
}

/// Whether signature and type hold, for a token whose claims are not a session's (a status list's).
/// Consumes the token. @returns 0, or `refused`
HP_EXPORT(hp_token_signed)
std::int32_t hp_token_signed(std::int32_t token_handle, std::int32_t keys_handle,
                             std::int32_t signature_valid) {
    const auto signed_token = signed_by(token_handle, keys_handle, signature_valid);
    return signed_token ? 0 : refuse(signed_token.error());
}

/// What must be repeated on every use: time, and scopes (a handle of hp_scopes, or -1 for none).
/// @returns 0, or `refused`
HP_EXPORT(hp_session_check)
std::int32_t hp_session_check(std::int32_t handle, double now_ms, std::int32_t scopes_handle) {
    const auto* session = sessions.find(handle);
    if (session == nullptr) return refuse_handle();
    const auto now = read_instant(now_ms, "now");
    if (!now) return refuse(now.error());
    const auto checked = session->check_again(*now, scopes_of(scopes_handle));
    return checked ? 0 : refuse(checked.error());
}
HP_EXPORT(hp_session_free) void hp_session_free(std::int32_t handle) { sessions.release(handle); }

}  // namespace hallpass::abi
