#include "receipts/receipts.hpp"

#include <algorithm>

#include "access/directory.hpp"
#include "access/record_entries.hpp"
#include "digest.hpp"
#include "hallpass/limits.hpp"
#include "hallpass/token.hpp"
#include "random.hpp"

namespace hallpass::server {
namespace {

constexpr std::string_view context =
    R"({"dpv":"https://w3id.org/dpv#",)"
    R"("dct":"http://purl.org/dc/terms/",)"
    R"("schema":"https://schema.org/","hallpass":"urn:hallpass:"})";

/// A party by its id, with its name where it is known.
void write_party(json::Writer& writer, std::string_view member, const std::string& id,
                 const std::optional<std::string>& name) {
    writer.key(member).begin_object().member("@id", id);
    write_optional(writer, "schema:name", name);
    writer.end_object();
}

/// To whom what is disclosed, why and what for.
void write_process(json::Writer& writer, Connection& store, const GrantRow& grant) {
    writer.key("dpv:hasProcess").begin_object().member("@type", "dpv:Process");
    writer.member("dpv:hasPurpose", "dpv:CustomerCare");
    writer.member("dpv:hasProcessing", "dpv:Consult").member("dpv:hasLegalBasis", "dpv:Consent");
    write_optional(writer, "dct:description", grant.reason);
    if (grant.agent_id) {
        write_party(writer, "dpv:hasRecipient", *grant.agent_id, name_of(store, *grant.agent_id));
    } else {
        writer.member("dpv:hasRecipient", "urn:hallpass:any-agent");
    }
    write_nullable(writer, "hallpass:ticket", grant.ticket_id);
    writer.key("hallpass:scopes");
    if (grant.scopes) {
        writer.begin_array();
        for (const auto scope : ScopeView::trusted(*grant.scopes).list()) writer.string(scope);
        writer.end_array();
    } else {
        writer.null();
    }
    writer.end_object();
}

/// What the user read before they decided: the words are their client's report.
void write_notice(json::Writer& writer, const std::optional<ShownWording>& shown,
                  const std::optional<UserRow>& subject) {
    writer.key("dpv:hasNotice").begin_object().member("@type", "dpv:ConsentNotice");
    if (shown) {
        writer.member("dct:language", shown->locale).member("dct:description", shown->text);
        writer.member("hallpass:reportedBy", "client");
    } else {
        write_optional(writer, "dct:language", subject ? subject->locale : std::nullopt);
        writer.key("dct:description").null();
    }
    writer.end_object();
}

std::string_view status_of(const ReceiptRow& receipt, bool by_subject) {
    if (receipt.event == to_string(AuditEvent::access_granted)) return "dpv:ConsentGiven";
    if (receipt.event == to_string(AuditEvent::access_amended)) return "dpv:RenewedConsentGiven";
    return by_subject ? "dpv:ConsentWithdrawn" : "dpv:ConsentRevoked";
}

void write_status(json::Writer& writer, const ReceiptRow& receipt, const GrantRow& grant,
                  const Origin& origin) {
    const bool by_subject = origin.actor_id == grant.subject_id;
    const bool over = receipt.event == to_string(AuditEvent::access_revoked);
    writer.key("dpv:hasConsentStatus").begin_object();
    writer.member("@type", status_of(receipt, by_subject));
    writer.key("dpv:isIndicatedBy").begin_object();
    write_nullable(writer, "@id", origin.actor_id);
    writer.member("schema:roleName", by_subject                          ? "subject"
                                     : origin.actor_id == grant.agent_id ? "agent"
                                                                         : "admin");
    writer.end_object().member("dpv:isIndicatedAtTime",
                               format_rfc3339(from_unix_ms(receipt.created_at_unix_ms)));
    if (!over && grant.granted_until_unix_ms) {
        writer.key("dpv:hasDuration").begin_object().member("@type", "dpv:UntilTimeDuration");
        writer.member("schema:endTime", format_rfc3339(from_unix_ms(*grant.granted_until_unix_ms)));
        write_optional(writer, "hallpass:timeZone", grant.time_zone);
        write_optional(writer, "hallpass:tzdataVersion", grant.tzdata_version);
        writer.end_object();
    }
    writer.end_object();
}

std::optional<std::string> receipt_before(Connection& store, const std::string& grant_id) {
    const auto last = store.find<ReceiptRow>(
        "WHERE grant_id = :grant ORDER BY created_at_unix_ms DESC, id DESC LIMIT 1",
        {{"grant", grant_id}});
    if (!last) return std::nullopt;
    return last->id;
}

std::string signing_input(const SigningKey& key, const std::string& claims) {
    json::Writer header;
    header.begin_object().member("alg", to_string(key.algorithm())).member("kid", key.key_id());
    header.member("typ", receipt_type).end_object();
    return base64url_encode(header.text()) + "." + base64url_encode(claims);
}

}  // namespace

bool Receipts::due(const GrantRow& grant, AuditEvent event) {
    if (event == AuditEvent::access_granted || event == AuditEvent::access_amended) return true;
    return event == AuditEvent::access_revoked && grant.granted_at_unix_ms.has_value();
}

std::string Receipts::claims_of(Connection& store, const ReceiptRow& receipt, const GrantRow& grant,
                                const Origin& origin,
                                const std::optional<ShownWording>& shown) const {
    const auto subject = find_user(store, grant.subject_id);
    const auto tenant = find_tenant(store, grant.tenant_id);
    json::Writer writer;
    // None of an act-as token's claims beyond these three: no sub, aud, exp, act, sid.
    writer.begin_object().member("iss", issuer_).member("jti", receipt.id);
    writer.member("iat", to_unix_s(from_unix_ms(receipt.created_at_unix_ms)));
    writer.key("@context").raw(context).member("@type", "dpv:ConsentReceipt");
    writer.member("dct:identifier", receipt.id);
    writer.member("dct:conformsTo", "urn:hallpass:consent-receipt:1");
    writer.member("dct:created", format_rfc3339(from_unix_ms(receipt.created_at_unix_ms)));
    writer.member("dct:publisher", issuer_);
    write_optional(writer, "dct:replaces", receipt_before(store, grant.id));
    writer.key("dpv:hasRecordOfActivity").begin_object().member("@type", "dpv:ConsentRecord");
    writer.member("dct:identifier", grant.id);
    write_party(writer, "dpv:hasDataSubject", grant.subject_id,
                subject ? std::optional{subject->name} : std::nullopt);
    write_party(writer, "dpv:hasDataController", grant.tenant_id,
                tenant ? std::optional{tenant->name} : std::nullopt);
    write_process(writer, store, grant);
    write_notice(writer, shown, subject);
    writer.key("dpv:hasConsentControl").begin_object().member("@type", "dpv:WithdrawConsent");
    writer.member("dpv:isExercisedAt", manage_url_).end_object();
    write_status(writer, receipt, grant, origin);
    return std::move(writer.end_object().end_object()).text();
}

Result<std::string> Receipts::give(Transaction& transaction, const GrantRow& grant,
                                   AuditEvent event, const Origin& origin,
                                   const std::optional<ShownWording>& shown) const {
    auto& store = transaction.store();
    const auto ring = keys_.ring();
    const auto& key = ring->receipt_key();
    ReceiptRow receipt;
    receipt.id = random_id("rc_");
    receipt.grant_id = grant.id;
    receipt.subject_id = grant.subject_id;
    receipt.event = to_string(event);
    receipt.created_at_unix_ms = to_unix_ms(transaction.now());
    receipt.key_id = key.key_id();
    auto input = signing_input(key, claims_of(store, receipt, grant, origin, shown));
    const auto signature = key.sign(input);
    receipt.jws = with_signature(std::move(input), signature);
    if (shown && receipt.jws.size() > limits::token_max_bytes) {
        return invalid("shown.text", Reason::too_long, "shorten the wording that was shown");
    }
    store.execute(
        "INSERT INTO receipt_keys (key_id, jwk, since_unix_ms) VALUES (:key, :jwk, :since)"
        " ON CONFLICT (key_id) DO NOTHING",
        {{"key", key.key_id()},
         {"jwk", key.verification_jwk()},
         {"since", receipt.created_at_unix_ms}});
    store.insert(receipt);
    json::Writer metadata;
    metadata.begin_object().member("receiptId", receipt.id);
    metadata.member("receiptSha256", sha256_text(receipt.jws)).end_object();
    return std::move(metadata).text();
}

std::string Receipts::published(Connection& store) const {
    const auto rows = store.select<ReceiptKeyRow>("ORDER BY since_unix_ms, key_id");
    const auto ring = keys_.ring();
    const auto& current = ring->receipt_key();
    const bool known = std::any_of(rows.begin(), rows.end(), [&](const ReceiptKeyRow& row) {
        return row.key_id == current.key_id();
    });
    json::Writer writer;
    writer.begin_object().key("keys").begin_array();
    for (const auto& row : rows) writer.raw(row.jwk);
    if (!known) writer.raw(current.verification_jwk());
    return std::move(writer.end_array().end_object()).text();
}

}  // namespace hallpass::server
