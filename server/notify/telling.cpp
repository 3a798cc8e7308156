#include "notify/telling.hpp"

#include "access/grants.hpp"
#include "access/record_entries.hpp"
#include "access/sessions.hpp"
#include "hallpass/json.hpp"
#include "notify/mail_text.hpp"
#include "notify/messages.hpp"
#include "notify/security_event.hpp"
#include "random.hpp"

namespace hallpass::server {
namespace {

MessageRow message_about(const Notice& notice, const std::string& channel, Instant now) {
    MessageRow message;
    message.id = random_id("msg_");
    message.channel = channel;
    message.event = notice.entry.event;
    message.sequence = notice.entry.sequence;
    message.tenant_id = notice.entry.tenant_id.value_or("");
    message.created_at_unix_ms = message.due_at_unix_ms = to_unix_ms(now);
    return message;
}

/// Why and about what, below the text of what somebody is asked or warned about.
std::string details_of(const Notice& notice, Phrase phrase, const Labels& words) {
    if (phrase != Phrase::requested_user && phrase != Phrase::answered_user &&
        phrase != Phrase::started_user) {
        return "";
    }
    std::string details;
    std::string reason;
    if (notice.session) {
        reason = notice.session->reason;
    } else if (notice.grant) {
        reason = notice.grant->reason.value_or("");
    }
    const auto line = [&](std::string_view label, const std::string& value) {
        if (!value.empty()) details += std::string{label} + ": " + one_line(value) + "\n";
    };
    line(words.reason, reason);
    line(words.ticket, notice.entry.ticket_id.value_or(""));
    return "\n" + details;
}

std::string slack_escaped(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '&') {
            escaped += "&amp;";
        } else if (c == '<') {
            escaped += "&lt;";
        } else if (c == '>') {
            escaped += "&gt;";
        } else {
            escaped += c;
        }
    }
    return escaped;
}

}  // namespace

std::string channel_of(const WebhookSettings& webhook) { return "webhook:" + webhook.name; }

std::string standard_body(const Notice& notice, Instant now) {
    const auto& entry = notice.entry;
    json::Writer writer;
    writer.begin_object().member("type", entry.event);
    writer.member("timestamp", format_rfc3339(from_unix_ms(entry.at_unix_ms)));
    writer.key("data").begin_object().member("sequence", entry.sequence);
    write_optional(writer, "tenantId", entry.tenant_id);
    write_optional(writer, "ticketId", entry.ticket_id);
    write_optional(writer, "grantId", entry.grant_id);
    write_optional(writer, "sessionId", entry.session_id);
    write_optional(writer, "subjectId", entry.subject_id);
    write_optional(writer, "agentId", entry.agent_id);
    write_optional(writer, "actorId", entry.actor_id);
    if (notice.session) {
        writer.member("status", to_string(status_of(*notice.session, now)));
    } else if (notice.grant) {
        writer.member("status", to_string(status_at(to_grant(*notice.grant), now)));
    }
    if (const auto end = end_of(notice)) writer.member("endsAt", format_rfc3339(*end));
    return std::move(writer.end_object().end_object()).text();
}

std::string slack_body(const Told& told) {
    json::Writer writer;
    writer.begin_object().member("text", slack_escaped(told.title + ": " + told.text));
    return std::move(writer.end_object()).text();
}

std::size_t Telling::tell(Transaction& transaction, int most) const {
    auto& store = transaction.store();
    std::vector<std::int64_t> sequences;
    store.query("SELECT sequence FROM outbox ORDER BY sequence LIMIT :most", "n", {{"most", most}},
                [&](Columns& row) { sequences.push_back(row.number()); });
    for (const auto sequence : sequences) {
        // Another server may have taken it in the meantime.
        const Binds binds{{"sequence", sequence}};
        if (store.execute("DELETE FROM outbox WHERE sequence = :sequence", binds) == 0) continue;
        auto entry = store.find<RecordRow>("WHERE sequence = :sequence", binds);
        if (!entry) continue;
        const auto notice = notice_of(store, *std::move(entry));
        if (!settings_.mail.url.empty()) {
            tell_by_mail(transaction, notice, Audience::subject);
            tell_by_mail(transaction, notice, Audience::agent);
        }
        for (const auto& webhook : settings_.webhooks) tell_webhook(transaction, notice, webhook);
    }
    return sequences.size();
}

void Telling::tell_by_mail(Transaction& transaction, const Notice& notice,
                           Audience audience) const {
    const auto phrase = phrase_for(notice, audience);
    const auto& reader = audience == Audience::subject ? notice.subject : notice.agent;
    if (!phrase || !reader) return;
    const auto language = language_of(reader->locale);
    const auto words = labels(language);
    const auto content = told(notice, *phrase, language, zones_);
    auto message = message_about(notice, mail_channel, transaction.now());
    message.target = reader->id;
    message.title = content.title;
    const auto why = audience == Audience::subject ? words.why_user : words.why_agent;
    message.body = content.text + "\n" + details_of(notice, *phrase, words) + "\n" +
                   std::string{why} + "\n" + read_more_url_ + "\n";
    transaction.store().insert(message);
}

void Telling::tell_webhook(Transaction& transaction, const Notice& notice,
                           const WebhookSettings& webhook) const {
    const auto phrase = phrase_for(notice, Audience::team);
    const bool other_tenant =
        !webhook.tenant_id.empty() && notice.entry.tenant_id != webhook.tenant_id;
    if (!phrase || other_tenant) return;
    auto message = message_about(notice, channel_of(webhook), transaction.now());
    if (webhook.format == WebhookSettings::Format::caep) {
        // Signed when it is sent: a key may be retired while the message waits.
        auto claims = security_event_claims(notice, {issuer_, webhook.audience, message.id},
                                            transaction.now());
        if (!claims) return;
        message.body = *std::move(claims);
        return transaction.store().insert(message);
    }
    message.body = webhook.format == WebhookSettings::Format::slack
                       ? slack_body(told(notice, *phrase, language_of(webhook.locale), zones_))
                       : standard_body(notice, transaction.now());
    transaction.store().insert(message);
}

}  // namespace hallpass::server
