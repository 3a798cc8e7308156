#include "routes/record_export.hpp"

#include "application.hpp"
#include "audit/ocsf.hpp"
#include "audit/record_lines.hpp"
#include "audit/selection.hpp"
#include "routes/page.hpp"
#include "routes/parties.hpp"
#include "whole_number.hpp"

namespace hallpass::server {
namespace {

constexpr int entries_a_page = 2'000;
// Whether chosen or not: looking at these takes some tenths of a second.
constexpr std::int64_t looked_at_a_page = 100'000;

struct Format {
    std::string_view name;
    const char* content_type;
    std::string (*line)(const RecordRow&);
};
constexpr Format formats[] = {
    {"jsonl", "application/jsonl", [](const RecordRow& entry) { return json_line(entry) + "\n"; }},
    {"csv", "text/csv", csv_line},
    {"ocsf", "application/jsonl", [](const RecordRow& entry) { return ocsf_line(entry) + "\n"; }},
};

Result<const Format*> format_of(const Call& call) {
    const auto wanted = call.query("format").value_or("jsonl");
    for (const auto& format : formats) {
        if (format.name == wanted) return &format;
    }
    return invalid("format", Reason::not_one_of, "format is jsonl, csv or ocsf", {},
                   {{}, {}, "jsonl csv ocsf"});
}

Result<std::optional<std::int64_t>> moment_in(const Call& call, const char* name) {
    const auto text = call.query(name);
    if (!text) return std::optional<std::int64_t>{};
    const auto moment = parse_moment(*text, name);
    if (!moment) return moment.error();
    return std::optional{*moment};
}

Result<Selection> selection_of(const Call& call, Connection& store) {
    Selection selection;
    selection.tenant_id = call.query("tenantId").value_or("");
    if (selection.tenant_id.empty()) {
        return invalid("tenantId", Reason::required, "name the tenant");
    }
    if (!oversees(call, store, selection.tenant_id) || !find_tenant(store, selection.tenant_id)) {
        return make_error(ErrorCode::TENANT_NOT_FOUND, "there is no such tenant; check the id");
    }
    const auto from = moment_in(call, "from");
    if (!from) return from.error();
    const auto to = moment_in(call, "to");
    if (!to) return to.error();
    selection.from_unix_ms = *from;
    selection.to_unix_ms = *to;
    selection.subject_id = call.query("userId").value_or("");
    selection.agent_id = call.query("agentId").value_or("");
    selection.session_id = call.query("sessionId").value_or("");
    if (const auto after = call.query("after")) {
        const auto sequence = whole_number<std::int64_t>(*after);
        if (!sequence || *sequence < 0) {
            return invalid("after", Reason::malformed, "use the Hallpass-Next that was given");
        }
        selection.after_sequence = *sequence;
    }
    return selection;
}

Result<Answer> export_record(const Call& call, Connection& store) {
    if (!call.identity.admin()) {
        return make_error(ErrorCode::FORBIDDEN, "only an administrator may do this");
    }
    auto known = only_query(
        call, {"format", "tenantId", "from", "to", "userId", "agentId", "sessionId", "after"});
    if (!known) return std::move(known).error();
    const auto format = format_of(call);
    if (!format) return format.error();
    const auto selection = selection_of(call, store);
    if (!selection) return selection.error();
    Answer answer;
    answer.content_type = (*format)->content_type;
    const bool first = !selection->after_sequence;
    if (first && (*format)->name == "csv") answer.body = csv_header();
    int count = 0;
    std::int64_t last = 0;
    bool full = false;
    const auto take = [&](const RecordRow& entry) {
        full = count == entries_a_page;
        if (full) return false;
        answer.body += (*format)->line(entry);
        last = entry.sequence;
        ++count;
        return true;
    };
    const auto rest = each_entry(store, *selection, take, looked_at_a_page);
    if (full || rest) answer.with("Hallpass-Next", std::to_string(full ? last : *rest));
    answer.with("Content-Disposition",
                "attachment; filename=\"hallpass-record." + std::string{(*format)->name} + "\"");
    return answer.with("Cache-Control", "no-store");
}

}  // namespace

std::vector<Route> record_export_routes() {
    return {
        {Method::get, "/api/v1/support-access/record", Who::person, BodyKind::none, export_record}};
}

}  // namespace hallpass::server
