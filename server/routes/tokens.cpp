#include <algorithm>

#include "access/sessions.hpp"
#include "application.hpp"
#include "hallpass/wire.hpp"
#include "routes/page.hpp"
#include "routes/parties.hpp"
#include "routes/routes.hpp"

namespace hallpass::server {
namespace {

/// A token that was looked at from every side: what it says, or why it does not count.
struct Verdict {
    std::optional<Error> refusal;
    std::optional<LiveSession> live;
    std::optional<SessionRow> session;  ///< known even where the token does not count any more
    std::optional<TokenRow> token;
};

Error revoked() {
    return make_error(ErrorCode::TOKEN_REVOKED, "the session was ended; start a new one");
}

Verdict judge(const Call& call, Connection& store, std::string_view text) {
    Verdict verdict;
    const auto& tokens = call.application.tokens();
    const auto checked = tokens.check_signature(text);
    if (!checked) {
        verdict.refusal = checked.error();
        return verdict;
    }
    const auto& ours = **checked;
    verdict.token = store.find<TokenRow>("WHERE id = :id", {{"id", ours.id}});
    if (verdict.token) verdict.session = find_session(store, verdict.token->session_id);
    auto live = tokens.check_claims(ours.token, call.now);
    if (!live) {
        verdict.refusal = live.error();
    } else if (!verdict.session || verdict.session->id != ours.session_id ||
               verdict.token->revoked_at_unix_ms ||
               status_of(*verdict.session, call.now) != SessionStatus::active) {
        verdict.refusal = revoked();
    } else {
        verdict.live.emplace(*std::move(live));
    }
    return verdict;
}

/// Keeps on record that a token of ours was presented after its end: once for each reason, however
/// often it comes. Not waited for: what is refused stays refused whether or not this is written.
void record_rejection(const Call& call, Connection& store, const Verdict& verdict) {
    if (!verdict.session || !verdict.token) return;
    const Binds binds{{"token", verdict.token->id}, {"code", to_string(verdict.refusal->code)}};
    // Asked here first, so that repeating costs no write.
    if (store.number("SELECT COUNT(*) FROM rejected_tokens WHERE token_id = :token"
                     " AND code = :code",
                     binds) != 0) {
        return;
    }
    auto entry = entry_about(*verdict.session, AuditEvent::token_rejected, call.origin());
    entry.actor_id = verdict.session->agent_id;
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
    const auto& session = *verdict.session;
    writer.member("session_id", session.id).member("target_user_id", session.subject_id);
    writer.member("actor_user_id", session.agent_id).member("tenant_id", session.tenant_id);
    writer.key("scopes").begin_array();
    for (const auto scope : verdict.live->scopes().view().list()) writer.string(scope);
    writer.end_array();
    writer.member("expires_at", format_rfc3339(from_unix_ms(session.expires_at_unix_ms)));
    return Answer::json(200, std::move(writer.end_object()).text());
}

/// The token of a form body (RFC 7662 section 2.1, RFC 7009 section 2.1).
Result<std::string> form_token(const Call& call) {
    if (auto known = only_query(call, {"token", "token_type_hint"}); !known) return known.error();
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
        if (!verdict.session) return false;
        const auto& session = *verdict.session;
        return call.identity.service || session.subject_id == call.identity.user_id() ||
               session.agent_id == call.identity.user_id() ||
               oversees(call, store, session.tenant_id);
    };
    if (verdict.refusal || !may_know()) {
        writer.begin_object().member("active", false).end_object();
        return Answer::json(200, std::move(writer).text());
    }
    const auto& session = *verdict.session;
    const auto& names = call.application.tokens().names();
    writer.begin_object().member("active", true).member("scope", verdict.live->scopes().text());
    writer.member("token_type", "Bearer").member("iss", names.issuer).member("aud", names.audience);
    writer.member("sub", session.subject_id).member("jti", verdict.token->id);
    writer.member("sid", session.id).member("act_as", true);
    writer.member("iat", verdict.token->issued_at_unix_ms / 1000);
    writer.member("exp", to_unix_s(from_unix_ms(verdict.token->expires_at_unix_ms)));
    writer.key("act").begin_object().member("sub", session.agent_id);
    writer.member("actorUserId", session.agent_id).end_object();
    writer.key("ctx").begin_object();
    writer.member(verdict.live->tenant_claim(), session.tenant_id).end_object();
    if (session.grant_id) writer.member("grant_id", *session.grant_id);
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
    if (verdict.live && verdict.session) {
        const auto caller = caller_of(call, transaction.store());
        const bool own = caller.user_id() == verdict.session->agent_id;
        end_session(transaction, *verdict.session,
                    own ? SessionStatus::stopped : SessionStatus::revoked, "token_revoked",
                    caller.origin(call.request()));
    }
    return Answer::json(200, "{}");
}

/// The rows of a token whose signature holds; who brings another one is answered without them.
std::function<void(Connection&)> foresee_token(const Application& application,
                                               std::string_view text) {
    const auto checked = application.tokens().check_signature(text);
    if (!checked) return nullptr;
    return [token = *checked](Connection& store) {
        store.find<TokenRow>("WHERE id = :id", {{"id", token->id}});
        find_session(store, token->session_id);
    };
}

std::function<void(Connection&)> foresee_body_token(const Application& application,
                                                    const Exchange& exchange) {
    return foresee_token(application, exchange.body->root().find("token").string().value_or(""));
}

std::function<void(Connection&)> foresee_form_token(const Application& application,
                                                    const Exchange& exchange) {
    const auto token = exchange.query.find("token");
    return foresee_token(application, token == exchange.query.end() ? "" : token->second);
}

}  // namespace

std::vector<Route> token_routes() {
    Route validation{Method::post, "/api/v1/support-access/validate-token", Who::anyone,
                     BodyKind::json, validate};
    validation.foresight = foresee_body_token;
    Route introspection{Method::post, "/oauth/introspect", Who::person_or_service, BodyKind::form,
                        introspect};
    introspection.foresight = foresee_form_token;
    return {
        validation,
        introspection,
        {Method::post, "/oauth/revoke", Who::anyone, BodyKind::form, revoke_token},
    };
}

}  // namespace hallpass::server
