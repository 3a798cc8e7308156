#include <algorithm>

#include "host.hpp"

namespace hallpass::model {
namespace {

using std::chrono::minutes;

struct Question {
    std::optional<minutes> ttl;
    std::optional<ScopeView> scopes;
    bool answerable;  ///< whether policy and user leave room for it at all
};

Question question_of(Asked asked) {
    switch (asked) {
        case Asked::shortest: return {minutes{5}, std::nullopt, true};
        case Asked::longest_fewer_scopes: return {minutes{60}, fewer_scopes().view(), true};
        case Asked::too_short: return {minutes{4}, std::nullopt, false};
        case Asked::wider_scopes: return {std::nullopt, wider_scopes().view(), false};
    }
    return {};
}

/// A key set with the public key of RFC 8037, appendix A.2; no signature is checked here.
const KeySet& keys() {
    static const auto set =
        KeySet::parse(R"({"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k",)"
                      R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})");
    return *set;
}

}  // namespace

bool Host::start_is_due(std::size_t agent, std::size_t ticket, Asked asked) const {
    if (!question_of(asked).answerable || before_.act_as_off || before_.user_banned) return false;
    if (before_.agent_banned[agent] || before_.role_lost[agent]) return false;
    const auto id = agent_named(agent);
    for (const auto& session : before_.sessions) {
        const bool bears = policy_.active_per() == ActivePer::user || session.agent == id;
        if (bears && live(session, before_.now, decisions_)) return false;
    }
    if (!policy_.consent_needed()) return true;
    return std::any_of(before_.grants.begin(), before_.grants.end(), [&](const auto& grant) {
        const auto* granted = in_force(grant, before_.now);
        return granted && before_.now < floor_to_second(granted->granted_until) &&
               (grant.standing() || grant.agent == id) &&
               (!grant.ticket || grant.ticket == ticket_named(ticket));
    });
}

std::optional<World> Host::start(std::size_t agent, std::size_t ticket, Asked asked) {
    const auto agent_id = agent_named(agent);
    const auto ticket_id = ticket_named(ticket);
    const auto question = question_of(asked);
    std::vector<GrantFacts> grants;
    for (const auto& grant : before_.grants) grants.push_back(facts_of(grant, before_.now));
    std::vector<ActiveSession> sessions;
    for (const auto& session : before_.sessions) {
        // A host stores how a session ended; whether it has run out is for the core to see.
        if (session.stored != SessionStatus::active) continue;
        sessions.push_back({session.agent, session.subject, session.limits.expires_at});
    }
    const StartFacts facts{.agent = facts_of_agent(agent, agent_id),
                           .tenant = the_tenant(),
                           .policy = policy_,
                           .subject = facts_of_user(),
                           .reason = "the invoice will not open",
                           .ticket = ticket_id,
                           .ttl = question.ttl,
                           .scopes = question.scopes,
                           .grants = grants,
                           .sessions = sessions};
    const auto plan = decisions_.plan_session(facts, before_.now);
    findings_.expect(Invariant::start_conditions, plan.ok() == start_is_due(agent, ticket, asked),
                     "a start");
    if (!plan) return std::nullopt;
    const Grant* grant = plan->grant_index ? &before_.grants[*plan->grant_index] : nullptr;
    judge_plan(*plan, facts, grant);
    std::optional<GrantId> grant_id;
    if (grant != nullptr) grant_id = grant->id;
    std::erase_if(after().sessions,
                  [&](const auto& each) { return !live(each, before_.now, decisions_); });
    const int number = before_.sessions.empty() ? 0 : before_.sessions.back().number + 1;
    after().sessions.push_back({number,
                                agent_id,
                                the_user(),
                                grant_id,
                                plan->started_at,
                                {plan->expires_at, plan->scopes},
                                SessionStatus::active});
    judge_token(after().sessions.back());
    return taken();
}

void Host::judge_plan(const SessionPlan& plan, const StartFacts& facts, const Grant* grant) {
    const auto* granted = grant != nullptr ? in_force(*grant, before_.now) : nullptr;
    auto end = facts.policy.session_cap();
    auto limit = LimitedBy::session_cap;
    if (*facts.ttl < end) {
        end = *facts.ttl;
        limit = LimitedBy::requested_ttl;
    }
    auto until = floor_to_second(before_.now) + std::chrono::milliseconds{end};
    if (granted != nullptr && granted->granted_until <= until) {
        until = floor_to_second(granted->granted_until);
        limit = LimitedBy::grant;
    }
    findings_.expect(Invariant::expiry_is_minimum,
                     plan.started_at == floor_to_second(before_.now) && plan.expires_at == until &&
                         plan.ttl == *facts.ttl,
                     "the end of a new session");
    findings_.expect(Invariant::expiry_is_minimum, plan.limited_by == limit,
                     "the limit that is named");
    findings_.expect(Invariant::expiry_is_minimum, before_.now < plan.expires_at,
                     "a new session has time left");

    const auto later = [&](const GrantFacts& other) {
        return granted != nullptr && other.status == GrantStatus::granted &&
               (!other.agent || *other.agent == facts.agent.id) &&
               (!other.ticket || other.ticket == facts.ticket) &&
               other.granted_until > granted->granted_until;
    };
    findings_.expect(Invariant::expiry_is_minimum,
                     std::none_of(facts.grants.begin(), facts.grants.end(), later),
                     "the consent that lasts longest is used");

    auto ceiling = user_scopes();
    if (granted != nullptr && granted->scopes) ceiling = *granted->scopes;
    findings_.expect(Invariant::scopes_only_shrink,
                     plan.scopes.view().is_subset_of(ceiling) &&
                         plan.scopes.view().is_subset_of(user_scopes()) &&
                         (!facts.scopes || plan.scopes.view() == *facts.scopes) &&
                         !plan.scopes.view().contains("billing:pay"),
                     "the scopes of a new session");
}

/// The token that is issued for a session names both sides and ends when the session does.
void Host::judge_token(const Session& session) {
    const ActAsClaims claims{.issuer = "https://api.example.com",
                             .audience = "app",
                             .subject = session.subject,
                             .agent = session.agent,
                             .session = SessionId::trusted("s"),
                             .token = TokenId::trusted("j"),
                             .issued_at = session.started_at,
                             .expires_at = session.limits.expires_at,
                             .tenant_claim = policy_.tenant_claim(),
                             .tenant = the_tenant(),
                             .scopes = session.limits.scopes,
                             .grant = session.grant,
                             .status = {}};
    const auto text =
        with_signature(signing_input(claims, Algorithm::EdDSA, "k"), std::string(64, '\1'));
    auto parsed = UnverifiedToken::parse(text, {"at+jwt"});
    const auto key =
        parsed.ok() ? parsed->select_key(keys()) : Result<const VerificationKey*>{nullptr};
    findings_.expect(Invariant::actor_kept, parsed.ok() && key.ok(), "a token that can be read");
    if (!parsed || !key) return;
    const auto accepted = SignedToken::accept(*std::move(parsed), **key, SignatureCheck::valid);
    if (!accepted) return;
    const VerifierRules rules{"https://api.example.com", "app"};
    const auto seen = LiveSession::check(*accepted, rules, before_.now);
    findings_.expect(Invariant::actor_kept,
                     seen.ok() && seen->agent() == session.agent &&
                         seen->subject() == session.subject && seen->grant() == session.grant &&
                         seen->scopes() == session.limits.scopes,
                     "a token that names both sides");
    const auto last = session.limits.expires_at - std::chrono::milliseconds{1};
    findings_.expect(Invariant::expiry_is_minimum,
                     LiveSession::check(*accepted, rules, last).ok() &&
                         !LiveSession::check(*accepted, rules, session.limits.expires_at).ok(),
                     "a token that ends with its session");
}

std::optional<World> Host::end_session(std::size_t index, SessionStatus status) {
    auto& session = after().sessions[index];
    const auto now =
        decisions_.session_status_at(session.stored, session.limits.expires_at, before_.now);
    session.stored = now == SessionStatus::active ? status : now;
    return taken();
}

/// Everything is written down and read back, as by a host that stops and starts again.
std::optional<World> Host::restart() {
    for (auto& grant : after().grants) {
        json::Writer writer;
        writer.begin_object();
        wire::write_members(writer, grant, before_.now);
        writer.end_object();
        const auto document = json::Document::parse(writer.text());
        const auto read =
            document ? decisions_.read_grant(document->root()) : Result<Grant>{document.error()};
        findings_.expect(Invariant::same_after_restart, read.ok(), "a grant that can be read back");
        if (!read) return std::nullopt;
        auto brought_up = grant;
        brought_up.state = state_at(grant, before_.now);
        findings_.expect(Invariant::same_after_restart, *read == brought_up, "a grant");
        grant = *read;
    }
    for (auto& session : after().sessions) {
        json::Writer writer;
        writer.begin_object().member("expiresAt", format_rfc3339(session.limits.expires_at));
        wire::write(writer.key("scopes"), session.limits.scopes);
        writer.end_object();
        const auto document = json::Document::parse(writer.text());
        wire::ObjectReader object{document->root()};
        const auto expires_at = object.optional_instant("expiresAt");
        const auto scopes = object.optional_scopes("scopes");
        const bool same =
            expires_at == session.limits.expires_at && scopes == session.limits.scopes;
        findings_.expect(Invariant::same_after_restart, same && !object.finish(), "a session");
        if (!same) return std::nullopt;
        session.limits = {*expires_at, *scopes};
    }
    return taken();
}

}  // namespace hallpass::model
