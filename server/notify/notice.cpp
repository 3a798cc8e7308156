#include "notify/notice.hpp"

#include "access/directory.hpp"
#include "access/sessions.hpp"
#include "notify/mail_text.hpp"

namespace hallpass::server {
namespace {

/// Whether a request still waits for its answer.
bool pending(const Notice& notice) {
    return notice.grant && notice.grant->status == to_string(GrantStatus::pending);
}

/// Where the session's end cannot be read, the user hears of the most serious one.
Phrase end_told_to_subject(const Notice& notice) {
    const auto status =
        notice.session ? parse_session_status(notice.session->status) : std::nullopt;
    switch (status ? *status : SessionStatus::revoked) {
        case SessionStatus::stopped: return Phrase::stopped_user;
        case SessionStatus::ended: return Phrase::ended_user;
        case SessionStatus::expired: return Phrase::session_expired_user;
        default: return Phrase::session_revoked_user;
    }
}

std::optional<Phrase> for_subject(const Notice& notice, AuditEvent event) {
    const auto& entry = notice.entry;
    const bool own_act = entry.actor_id && entry.actor_id == entry.subject_id;
    const bool was_granted = notice.grant && notice.grant->granted_at_unix_ms;
    switch (event) {
        case AuditEvent::access_requested:
            return pending(notice) ? Phrase::requested_user : Phrase::answered_user;
        case AuditEvent::access_revoked:
            if (own_act) return std::nullopt;
            if (!entry.actor_id || entry.actor_id != entry.agent_id) {
                return Phrase::revoked_by_system_user;
            }
            return was_granted ? Phrase::revoked_by_agent_user : Phrase::withdrawn_user;
        case AuditEvent::access_expired:
            return was_granted ? Phrase::expired_user : Phrase::unanswered_user;
        case AuditEvent::impersonation_started: return Phrase::started_user;
        case AuditEvent::impersonation_ended: return end_told_to_subject(notice);
        default: return std::nullopt;
    }
}

std::optional<Phrase> for_agent(const Notice& notice, AuditEvent event) {
    const auto& entry = notice.entry;
    // Standing access has no agent of its own: there is nobody to tell.
    if (!entry.agent_id || entry.actor_id == entry.agent_id) return std::nullopt;
    const bool was_granted = notice.grant && notice.grant->granted_at_unix_ms;
    switch (event) {
        case AuditEvent::access_granted: return Phrase::granted_agent;
        case AuditEvent::access_declined: return Phrase::declined_agent;
        case AuditEvent::access_revoked:
            return entry.actor_id && entry.actor_id == entry.subject_id
                       ? Phrase::revoked_by_user_agent
                       : Phrase::revoked_by_system_agent;
        case AuditEvent::access_expired:
            return was_granted ? Phrase::expired_agent : Phrase::unanswered_agent;
        default: return std::nullopt;
    }
}

std::optional<Phrase> for_team(AuditEvent event) {
    switch (event) {
        case AuditEvent::access_requested: return Phrase::requested_team;
        case AuditEvent::access_granted: return Phrase::granted_team;
        case AuditEvent::access_declined: return Phrase::declined_team;
        case AuditEvent::access_revoked: return Phrase::revoked_team;
        case AuditEvent::access_amended: return Phrase::amended_team;
        case AuditEvent::access_expired: return Phrase::expired_team;
        case AuditEvent::impersonation_started: return Phrase::started_team;
        case AuditEvent::impersonation_ended: return Phrase::ended_team;
        default: return std::nullopt;
    }
}

TimeZone zone_of(const Notice& notice, const ZoneTable& zones) {
    std::string name = notice.subject ? notice.subject->time_zone : "UTC";
    if (notice.grant && notice.grant->time_zone) name = *notice.grant->time_zone;
    const auto zone = zones.find(name);
    // A table that was replaced may lack a zone. What is shown names its zone, so UTC is right too.
    return zone ? *zone : ZoneTable::embedded().find("UTC").value();
}

std::string name_or(const std::optional<UserRow>& user, const std::string& otherwise) {
    return user ? one_line(user->name) : otherwise;
}

}  // namespace

Notice notice_of(Connection& store, RecordRow entry) {
    Notice notice;
    if (entry.session_id) notice.session = find_session(store, *entry.session_id);
    if (entry.grant_id) {
        notice.grant = store.find<GrantRow>("WHERE id = :id", {{"id", *entry.grant_id}});
    }
    if (entry.subject_id) notice.subject = find_user(store, *entry.subject_id);
    if (entry.agent_id) notice.agent = find_user(store, *entry.agent_id);
    notice.entry = std::move(entry);
    return notice;
}

std::optional<Phrase> phrase_for(const Notice& notice, Audience audience) {
    if (notice.entry.event == access_ending) {
        if (audience == Audience::agent) return std::nullopt;
        if (audience == Audience::team) return Phrase::ending_team;
        return notice.entry.session_id ? Phrase::session_ending_user : Phrase::grant_ending_user;
    }
    const auto event = parse_audit_event(notice.entry.event);
    if (!event) return std::nullopt;
    switch (audience) {
        case Audience::subject: return for_subject(notice, *event);
        case Audience::agent: return for_agent(notice, *event);
        case Audience::team: return for_team(*event);
    }
    return std::nullopt;
}

std::optional<Instant> end_of(const Notice& notice) {
    if (notice.session) return from_unix_ms(notice.session->expires_at_unix_ms);
    if (!notice.grant) return std::nullopt;
    // A request ends with its answer; when what was granted ends is told with the consent.
    const bool asked = notice.entry.event == to_string(AuditEvent::access_requested);
    if (asked && !pending(notice)) return std::nullopt;
    const auto end = notice.grant->granted_until_unix_ms ? notice.grant->granted_until_unix_ms
                                                         : notice.grant->pending_until_unix_ms;
    if (!end) return std::nullopt;
    return from_unix_ms(*end);
}

Told told(const Notice& notice, Phrase phrase, Language language, const ZoneTable& zones) {
    Particulars particulars;
    particulars.agent = name_or(
        notice.agent, notice.entry.agent_id.value_or(std::string{labels(language).any_agent}));
    particulars.user = name_or(notice.subject, notice.entry.subject_id.value_or(""));
    if (const auto end = end_of(notice)) {
        const auto zone = zone_of(notice, zones);
        particulars.until = moment_text(*end, zone, language);
        particulars.through = through_text(*end, zone, language);
    }
    const auto words = wording(phrase, language);
    return {filled(words.title, particulars), filled(words.text, particulars)};
}

}  // namespace hallpass::server
