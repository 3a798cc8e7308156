#include <algorithm>

#include "access/sessions.hpp"
#include "application.hpp"
#include "hallpass/wire.hpp"
#include "routes/page.hpp"
#include "routes/parties.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

/// A token of ours and its session, as far as whoever checks the token is concerned: it is asked
/// for with each request of some services, so no more is read.
struct PresentedToken {
    static constexpr const char* table = "tokens JOIN sessions ON sessions.id = tokens.session_id";
    std::string id;
    std::int64_t issued_at_unix_ms = 0, expires_at_unix_ms = 0;
    std::optional<std::int64_t> revoked_at_unix_ms;
    std::string session_id, tenant_id, subject_id, agent_id;
    std::optional<std::string> grant_id;
    std::string session_status;
    std::int64_t session_expires_at_unix_ms = 0;
    template <class Self, class Visit>
    static void each(Self& row, Visit visit) {
        visit("tokens.id", row.id);
        visit("tokens.issued_at_unix_ms", row.issued_at_unix_ms);
        visit("tokens.expires_at_unix_ms", row.expires_at_unix_ms);
        visit("tokens.revoked_at_unix_ms", row.revoked_at_unix_ms);
        visit("sessions.id", row.session_id);
        visit("sessions.tenant_id", row.tenant_id);
        visit("sessions.subject_id", row.subject_id);
        visit("sessions.agent_id", row.agent_id);
        visit("sessions.grant_id", row.grant_id);
        visit("sessions.status", row.session_status);
        visit("sessions.expires_at_unix_ms", row.session_expires_at_unix_ms);
    }
};

std::optional<PresentedToken> find_presented(Connection& store, const std::string& id) {
    return store.find<PresentedToken>("WHERE tokens.id = :id", {{"id", id}});
}

bool is_live(const PresentedToken& token, Instant now) {
    return !token.revoked_at_unix_ms &&
           status_of(token.session_status, token.session_expires_at_unix_ms, now) ==
               SessionStatus::active;
}

/// A token that was looked at from every side: what it says, or why it does not count.
struct Verdict {
    std::optional<Error> refusal;
    std::optional<LiveSession> live;
    std::optional<PresentedToken> token;  ///< known even where it does not count any more
};

Error revoked() {
    return make_error(ErrorCode::TOKEN_REVOKED, "the session was ended; start a new one");
}

Verdict judge(const Call& call, Connection& store, std::string_view text) {
    Verdict verdict;
    const auto& tokens = call.application.tokens();
    const auto& foreseen = call.exchange.presented;
    const auto checked = foreseen ? *foreseen : tokens.check_signature(text);
    if (!checked) {
        verdict.refusal = checked.error();
        return verdict;
    }
    const auto& ours = **checked;
    verdict.token = find_presented(store, ours.id);
    auto live = tokens.check_claims(ours.token, call.now);
    if (!live) {
        verdict.refusal = live.error();
    } else if (!verdict.token || verdict.token->session_id != ours.session_id ||
               !is_live(*verdict.token, call.now)) {
        verdict.refusal = revoked();
    } else {
        verdict.live.emplace(*std::move(live));
    }
    return verdict;
}

/// Keeps on record that a token of ours was presented after its end: once for each reason, however
/// often it comes. Not waited for: what is refused stays refused whether or not this is written.
void record_rejection(const Call& call, Connection& store, const Verdict& verdict) {
    if (!verdict.token) return;
    const Binds binds{{"token", verdict.token->id}, {"code", to_string(verdict.refusal->code)}};
    // Asked here first, so that repeating costs no write.
    if (store.number("SELECT COUNT(*) FROM rejected_tokens WHERE token_id = :token"
                     " AND code = :code",
                     binds) != 0) {
        return;
    }
    const auto session = find_session(store, verdict.token->session_id);
    if (!session) return;
    auto entry = entry_about(*session, AuditEvent::token_rejected, call.origin());
    entry.actor_id = session->agent_id;
    entry.outcome = "failure";
    json::Writer metadata;
    metadata.begin_object().member("error", to_string(verdict.refusal->code));
    entry.metadata = std::move(metadata.end_object()).text();
    call.application.store().write(
        {[entry, binds](Transaction& transaction) {
             const auto first = transaction.store().execute(
                 "INSERT INTO rejected_tokens (token_id, code) VALUES (:token, :code)"
                 " ON CONFLICT DO NOTHING",
                 binds);
             if (first != 0) transaction.record(entry);
             return first != 0;
         },
         [](bool) {}});
}

/// Refused tokens use up their sender's allowance, as wrong credentials do; a service's do not.
/// @returns the refusal where there were too many
std::optional<Answer> too_many(const Call& call, const Verdict& verdict) {
    if (!verdict.refusal || call.identity.service) return std::nullopt;
    return call.application.count_attempt(call.request().client_address);
}

Result<Answer> validate(const Call& call, Connection& store) {
    wire::ObjectReader body{call.body()};
    const auto text = body.required_string("token", 1, 32 * 1024);
    if (auto error = body.finish()) return *error;
    const auto verdict = judge(call, store, text);
    if (auto limited = too_many(call, verdict)) return *std::move(limited);
    json::Writer writer;
    writer.begin_object().member("is_valid", !verdict.refusal);
    if (verdict.refusal) {
        record_rejection(call, store, verdict);
        writer.member("error", to_string(verdict.refusal->code));
        return Answer::json(200, std::move(writer.end_object()).text());
    }
    const auto& token = *verdict.token;
    writer.member("session_id", token.session_id).member("target_user_id", token.subject_id);
    writer.member("actor_user_id", token.agent_id).member("tenant_id", token.tenant_id);
    writer.key("scopes").begin_array();
    for (const auto scope : verdict.live->scopes().view().list()) writer.string(scope);
    writer.end_array();
    writer.member("expires_at", format_rfc3339(from_unix_ms(token.session_expires_at_unix_ms)));
    return Answer::json(200, std::move(writer.end_object()).text());
}

/// The token of a form body (RFC 7662 section 2.1, RFC 7009 section 2.1).
Result<std::string> form_token(const Call& call) {
    // What else a client of OAuth sends, such as its client_id, is ignored (RFC 6749 section 3.2).
    const auto token = call.query("token");
    if (!token || token->empty()) {
        return invalid("token", Reason::required, "send the token as a form field");
    }
    return *token;
}

Result<Answer> introspect(const Call& call, Connection& store) {
    const auto text = form_token(call);
    if (!text) return text.error();
    const auto verdict = judge(call, store, *text);
    if (auto limited = too_many(call, verdict)) return *std::move(limited);
    json::Writer writer;
    // Only services and those whom the session concerns learn more than "not active".
    const auto may_know = [&] {
        if (!verdict.token) return false;
        const auto& token = *verdict.token;
        return call.identity.service || token.subject_id == call.identity.user_id() ||
               token.agent_id == call.identity.user_id() || oversees(call, store, token.tenant_id);
    };
    if (verdict.refusal || !may_know()) {
        writer.begin_object().member("active", false).end_object();
        return Answer::json(200, std::move(writer).text());
    }
    const auto& token = *verdict.token;
    const auto& names = call.application.tokens().names();
    writer.begin_object().member("active", true).member("scope", verdict.live->scopes().text());
    writer.member("token_type", "Bearer").member("iss", names.issuer).member("aud", names.audience);
    writer.member("sub", token.subject_id).member("jti", token.id);
    writer.member("sid", token.session_id).member("act_as", true);
    writer.member("iat", token.issued_at_unix_ms / 1000);
    writer.member("exp", to_unix_s(from_unix_ms(token.expires_at_unix_ms)));
    writer.key("act").begin_object().member("sub", token.agent_id);
    writer.member("actorUserId", token.agent_id).end_object();
    writer.key("ctx").begin_object();
    writer.member(verdict.live->tenant_claim(), token.tenant_id).end_object();
    if (token.grant_id) writer.member("grant_id", *token.grant_id);
    return Answer::json(200, std::move(writer.end_object()).text());
}

/// Who is calling, where anybody may: nobody by name where no credential that holds came along.
Identity caller_of(const Call& call, Connection& store) {
    auto identity = identify(store, call.exchange.credential, call.application.roles(), call.now);
    return identity ? *std::move(identity) : call.identity;
}

/// Whoever holds the token may end it; 200 whatever it was (RFC 7009 section 2.2). The record names
/// who called, not whose token it was.
Result<Answer> revoke_token(const Call& call, Transaction& transaction) {
    const auto text = form_token(call);
    if (!text) return text.error();
    auto verdict = judge(call, transaction.store(), *text);
    if (auto limited = too_many(call, verdict)) return *std::move(limited);
    auto session =
        verdict.live ? find_session(transaction.store(), verdict.token->session_id) : std::nullopt;
    if (session) {
        const auto caller = caller_of(call, transaction.store());
        const bool own = caller.user_id() == session->agent_id;
        end_session(transaction, *session, own ? SessionStatus::stopped : SessionStatus::revoked,
                    "token_revoked", caller.origin(call.request()));
    }
    return Answer::json(200, "{}");
}

/// The rows of a token whose signature holds; who brings another one is answered without them.
std::function<void(Connection&)> foresee_token(const Application& application, Exchange& exchange,
                                               std::string_view text) {
    const auto& checked = exchange.presented.emplace(application.tokens().check_signature(text));
    if (!checked) return nullptr;
    return [token = *checked](Connection& store) { find_presented(store, token->id); };
}

std::function<void(Connection&)> foresee_body_token(const Application& application,
                                                    Exchange& exchange) {
    return foresee_token(application, exchange,
                         exchange.body->root().find("token").string().value_or(""));
}

std::function<void(Connection&)> foresee_form_token(const Application& application,
                                                    Exchange& exchange) {
    const auto token = exchange.query.find("token");
    return foresee_token(application, exchange, token == exchange.query.end() ? "" : token->second);
}

}  // namespace

std::vector<Route> token_routes() {
    Route validation{Method::post, "/api/v1/support-access/validate-token", Who::anyone,
                     BodyKind::json, validate};
    validation.foresight = foresee_body_token;
    Route introspection{Method::post, "/oauth/introspect", Who::person_or_service, BodyKind::form,
                        introspect};
    introspection.foresight = foresee_form_token;
    Route revocation{Method::post, "/oauth/revoke", Who::anyone, BodyKind::form, revoke_token};
    revocation.always_heard = true;
    return {validation, introspection, revocation};
}

}  // namespace hallpass::server
