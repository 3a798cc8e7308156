#include "audit/selection.hpp"

#include <limits>

#include "hallpass/time.hpp"

namespace hallpass::server {
namespace {

constexpr int entries_at_once = 500;

}  // namespace

Result<std::int64_t> parse_moment(const std::string& text, std::string_view field) {
    constexpr std::size_t date_chars = std::string_view{"2026-11-21"}.size();
    const auto moment =
        parse_rfc3339(text.size() == date_chars ? text + "T00:00:00Z" : text, field);
    if (!moment) return moment.error();
    return to_unix_ms(*moment);
}

void each_entry(Connection& store, const Selection& selection,
                const std::function<bool(const RecordRow&)>& take) {
    std::string where = "WHERE sequence > :after AND sequence <= :last";
    Binds chosen;
    const auto narrow = [&](const char* sql, const char* name, const auto& value) {
        where += sql;
        chosen.emplace_back(name, value);
    };
    if (selection.from_unix_ms) narrow(" AND at_unix_ms >= :from", "from", *selection.from_unix_ms);
    if (selection.to_unix_ms) narrow(" AND at_unix_ms < :to", "to", *selection.to_unix_ms);
    if (!selection.tenant_id.empty()) {
        narrow(" AND tenant_id = :tenant", "tenant", selection.tenant_id);
    }
    if (!selection.subject_id.empty()) {
        narrow(" AND subject_id = :subject", "subject", selection.subject_id);
    }
    if (!selection.session_id.empty()) {
        narrow(" AND session_id = :session", "session", selection.session_id);
    }
    if (!selection.agent_id.empty()) {
        narrow(" AND (agent_id = :agent OR actor_id = :agent)", "agent", selection.agent_id);
    }
    where += " ORDER BY sequence LIMIT " + std::to_string(entries_at_once);

    const auto last = store.number("SELECT COALESCE(MAX(sequence), 0) FROM record");
    auto after = selection.after_sequence.value_or(std::numeric_limits<std::int64_t>::min());
    for (;;) {
        auto binds = chosen;
        binds.emplace_back("after", after);
        binds.emplace_back("last", last);
        const auto entries = store.select<RecordRow>(where, binds);
        for (const auto& entry : entries) {
            if (!take(entry)) return;
        }
        if (entries.size() < entries_at_once) return;
        after = entries.back().sequence;
    }
}

}  // namespace hallpass::server
