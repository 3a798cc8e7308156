#include "audit/leaf.hpp"

#include "digest.hpp"
#include "hallpass/json.hpp"
#include "hallpass/token.hpp"
#include "random.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t salt_bytes = 16, salt_chars = 22;

/// Of the three places in `seals`, divided by dots: random bits, or the commitment once these are
/// erased. The two differ in length.
std::array<std::string_view, leaf_parts.size()> places_in(std::string_view seals) {
    std::array<std::string_view, leaf_parts.size()> places;
    for (auto& place : places) {
        const auto dot = seals.find('.');
        place = seals.substr(0, dot);
        seals = dot == std::string_view::npos ? std::string_view{} : seals.substr(dot + 1);
    }
    return places;
}

std::string_view place_of(const RecordRow& entry, LeafPart part) {
    return places_in(entry.seals)[static_cast<std::size_t>(part)];
}

/// Whether the part's own columns hold nothing.
bool blank(const RecordRow& entry, LeafPart part) {
    switch (part) {
        case LeafPart::people: return !entry.actor_id && !entry.subject_id && !entry.agent_id;
        case LeafPart::origin: return !entry.ip && !entry.user_agent;
        case LeafPart::details: return !entry.resource_id && entry.metadata == "{}";
    }
    return false;
}

void add(json::Writer& writer, const char* name, const std::optional<std::string>& text) {
    if (text) writer.member(name, *text);
}

}  // namespace

merkle::Hash tree_sha256(std::string_view bytes) { return sha256_bytes(bytes); }

std::string hash_text(const merkle::Hash& hash) {
    return base64url_encode({reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::optional<merkle::Hash> hash_of_text(std::string_view text) {
    const auto bytes = base64url_decode(text);
    merkle::Hash hash;
    if (!bytes || bytes->size() != hash.size()) return std::nullopt;
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    return hash;
}

std::string commitment_of(std::string_view text) { return hash_text(tree_sha256(text)); }

std::optional<std::string> part_text(const RecordRow& entry, LeafPart part) {
    if (erased(entry, part)) return std::nullopt;
    json::Writer writer;
    writer.begin_object().member("salt", place_of(entry, part));
    switch (part) {
        case LeafPart::people:
            add(writer, "actorId", entry.actor_id);
            add(writer, "subjectId", entry.subject_id);
            add(writer, "agentId", entry.agent_id);
            break;
        case LeafPart::origin:
            add(writer, "ip", entry.ip);
            add(writer, "userAgent", entry.user_agent);
            break;
        case LeafPart::details:
            add(writer, "resourceId", entry.resource_id);
            writer.member("metadata", entry.metadata);
            break;
    }
    return std::move(writer.end_object()).text();
}

std::string leaf_text(const RecordRow& entry) {
    json::Writer writer;
    writer.begin_object().member("sequence", entry.sequence).member("atUnixMs", entry.at_unix_ms);
    writer.member("event", entry.event);
    add(writer, "tenantId", entry.tenant_id);
    add(writer, "ticketId", entry.ticket_id);
    add(writer, "grantId", entry.grant_id);
    add(writer, "sessionId", entry.session_id);
    add(writer, "method", entry.method);
    add(writer, "resourceType", entry.resource_type);
    writer.member("outcome", entry.outcome);
    if (entry.duration_ms) writer.member("durationMs", *entry.duration_ms);
    for (const auto part : leaf_parts) {
        const auto text = part_text(entry, part);
        writer.member(to_string(part),
                      text ? commitment_of(*text) : std::string{place_of(entry, part)});
    }
    return std::move(writer.end_object()).text();
}

merkle::Hash leaf_hash_of(const RecordRow& entry) {
    return merkle::leaf_hash(tree_sha256, leaf_text(entry));
}

void seal(RecordRow& entry) {
    const auto bytes = random_bytes(leaf_parts.size() * salt_bytes);
    entry.seals.clear();
    for (std::size_t at = 0; at < leaf_parts.size(); ++at) {
        if (at > 0) entry.seals += '.';
        entry.seals +=
            base64url_encode(std::string_view{bytes}.substr(at * salt_bytes, salt_bytes));
    }
    entry.hash = hash_text(leaf_hash_of(entry));
}

bool erased(const RecordRow& entry, LeafPart part) {
    // Whatever stands where a part was erased was written there since: it is hashed, and is found.
    return place_of(entry, part).size() != salt_chars && blank(entry, part);
}

void erase_part(RecordRow& entry, LeafPart part) {
    const auto text = part_text(entry, part);
    if (!text) return;
    const auto commitment = commitment_of(*text);
    std::string seals;
    for (const auto each : leaf_parts) {
        if (each != LeafPart::people) seals += '.';
        seals += each == part ? std::string_view{commitment} : place_of(entry, each);
    }
    entry.seals = std::move(seals);
    switch (part) {
        case LeafPart::people:
            entry.actor_id = entry.subject_id = entry.agent_id = std::nullopt;
            break;
        case LeafPart::origin: entry.ip = entry.user_agent = std::nullopt; break;
        case LeafPart::details:
            entry.resource_id = std::nullopt;
            entry.metadata = "{}";
            break;
    }
}

}  // namespace hallpass::server
