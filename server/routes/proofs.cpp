#include "access/sessions.hpp"
#include "application.hpp"
#include "audit/heads.hpp"
#include "audit/record_tree.hpp"
#include "hallpass/json.hpp"
#include "notify/base64.hpp"
#include "routes/page.hpp"
#include "routes/parties.hpp"
#include "routes/routes.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

Answer plain_text(std::string text) {
    Answer answer{200, "text/plain", std::move(text), {}, {}, {}};
    answer.with("Cache-Control", "no-store");
    return answer;
}

Result<Answer> checkpoint(const Call& call, Transaction& transaction) {
    if (auto query = only_query(call, {}); !query) return query.error();
    return plain_text(call.application.heads().sign(transaction));
}

Result<Answer> checkpoint_key(const Call& call, Connection&) {
    if (auto query = only_query(call, {}); !query) return query.error();
    return plain_text(call.application.heads().key().verifier().text() + "\n");
}

/// A tree size in the query, between two others.
Result<std::uint64_t> size_in(const Call& call, std::string_view name, std::uint64_t least,
                              std::uint64_t most, std::optional<std::uint64_t> otherwise) {
    const auto text = call.query(name);
    if (!text && otherwise) return *otherwise;
    const auto size = text ? whole_number<std::uint64_t>(*text) : std::nullopt;
    if (size && *size >= least && *size <= most) return *size;
    return invalid(name, text ? Reason::out_of_range : Reason::required,
                   "a tree size is a whole number, and no larger than the record", {},
                   {static_cast<std::int64_t>(least), static_cast<std::int64_t>(most), {}});
}

void write_hashes(json::Writer& writer, Connection& store, const merkle::ProofPlan& plan) {
    const auto proof = merkle::proof_of(
        tree_sha256, plan, [&](merkle::Place place) { return read_node(store, place); });
    writer.key("hashes").begin_array();
    for (const auto& hash : *proof) {
        writer.string(base64({reinterpret_cast<const char*>(hash.data()), hash.size()}));
    }
    writer.end_array();
}

/// Whether the entry is about the caller, or in a tenant that they oversee.
bool may_see(const Call& call, Connection& store, const RecordRow& entry) {
    const auto& caller = call.identity.user_id();
    if (entry.subject_id == caller || entry.agent_id == caller || entry.actor_id == caller) {
        return true;
    }
    // An entry whose people were erased still stands in its session's log, which the user reads.
    const auto session = entry.session_id ? find_session(store, *entry.session_id) : std::nullopt;
    if (session && session->subject_id == caller) return true;
    return entry.tenant_id && oversees(call, store, *entry.tenant_id);
}

Result<Answer> inclusion(const Call& call, Connection& store) {
    if (auto query = only_query(call, {"size"}); !query) return query.error();
    const auto sequence = whole_number<std::uint64_t>(call.path("sequence"));
    const auto entry =
        sequence && *sequence > 0 && *sequence <= merkle::leaves_max
            ? store.find<RecordRow>("WHERE sequence = :sequence",
                                    {{"sequence", static_cast<std::int64_t>(*sequence)}})
            : std::nullopt;
    if (!entry || !may_see(call, store, *entry)) {
        return make_error(ErrorCode::NOT_FOUND, "there is no such entry");
    }
    const auto now = read_tree_size(store);
    const auto size = size_in(call, "size", *sequence, now, now);
    if (!size) return size.error();
    json::Writer writer;
    writer.begin_object().member("sequence", entry->sequence);
    writer.member("size", static_cast<std::int64_t>(*size));
    writer.member("leaf", leaf_text(*entry)).key("parts").begin_object();
    for (const auto part : leaf_parts) {
        // Where an agent came from is for those who oversee, as in the record itself.
        const bool open = part != LeafPart::origin ||
                          (entry->tenant_id && oversees(call, store, *entry->tenant_id));
        const auto text = open ? part_text(*entry, part) : std::nullopt;
        if (text) writer.member(to_string(part), *text);
    }
    writer.end_object();
    write_hashes(writer, store, *merkle::plan_inclusion(*sequence - 1, *size));
    auto answer = Answer::json(200, std::move(writer.end_object()).text());
    answer.with("Cache-Control", "no-store");
    return answer;
}

Result<Answer> consistency(const Call& call, Connection& store) {
    if (auto query = only_query(call, {"from", "to"}); !query) return query.error();
    const auto now = read_tree_size(store);
    const auto to = size_in(call, "to", 0, now, now);
    if (!to) return to.error();
    const auto from = size_in(call, "from", 0, *to, std::nullopt);
    if (!from) return from.error();
    json::Writer writer;
    writer.begin_object().member("from", static_cast<std::int64_t>(*from));
    writer.member("to", static_cast<std::int64_t>(*to));
    write_hashes(writer, store, *merkle::plan_consistency(*from, *to));
    return Answer::json(200, std::move(writer.end_object()).text());
}

}  // namespace

std::vector<Route> proof_routes() {
    return {
        {Method::get, "/api/v1/audit/checkpoint", Who::person_or_service, BodyKind::none,
         checkpoint},
        {Method::get, "/api/v1/audit/key", Who::person_or_service, BodyKind::none, checkpoint_key},
        {Method::get, "/api/v1/audit/proof/inclusion/{sequence}", Who::person, BodyKind::none,
         inclusion},
        {Method::get, "/api/v1/audit/proof/consistency", Who::person_or_service, BodyKind::none,
         consistency},
    };
}

}  // namespace hallpass::server
