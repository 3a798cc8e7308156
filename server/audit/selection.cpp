#include "audit/selection.hpp"

#include <limits>

#include "hallpass/time.hpp"

namespace hallpass::server {
namespace {

constexpr std::int64_t entries_at_once = 500;

// A tenant's entries of a period are put into order each time, where they are no more than these.
constexpr std::int64_t few_entries = 20'000;

struct Condition {
    std::string where;
    Binds binds;

    template <class Value>
    void narrow(const char* sql, const char* name, const Value& value) {
        where += sql;
        binds.emplace_back(name, value);
    }
};

/// Whether a tenant's entries of a period are few, so that they are best found by their time.
bool few_in_period(Connection& store, const Selection& selection) {
    if (selection.tenant_id.empty() || !selection.from_unix_ms) return false;
    Condition period{"tenant_id = :tenant AND at_unix_ms >= :from",
                     {{"tenant", selection.tenant_id},
                      {"from", *selection.from_unix_ms},
                      {"most", few_entries + 1}}};
    if (selection.to_unix_ms) period.narrow(" AND at_unix_ms < :to", "to", *selection.to_unix_ms);
    return store.number("SELECT COUNT(*) FROM (SELECT 1 FROM record WHERE " + period.where +
                            " LIMIT :most) AS few",
                        period.binds) <= few_entries;
}

/// How the chosen entries are found.
enum class Way {
    in_order,  ///< by an index that has their order
    by_time,   ///< all of them by a tenant's index of time, as they are few
    walk,      ///< the record is walked through for them, entry by entry
};

Way way_to(Connection& store, const Selection& selection) {
    if (!selection.subject_id.empty() || !selection.session_id.empty()) return Way::in_order;
    const bool all = selection.tenant_id.empty() && selection.agent_id.empty() &&
                     !selection.from_unix_ms && !selection.to_unix_ms;
    if (all) return Way::in_order;
    return few_in_period(store, selection) ? Way::by_time : Way::walk;
}

std::int64_t end_of_piece(Connection& store, std::int64_t after, std::int64_t last) {
    return store.number(
        "SELECT COALESCE(MAX(sequence), :last) FROM (SELECT sequence FROM record"
        " WHERE sequence > :after AND sequence <= :last ORDER BY sequence LIMIT :most) AS piece",
        {{"after", after}, {"last", last}, {"most", entries_at_once}});
}

/// Of those after :after and until :until, in their order.
Condition condition_of(const Selection& selection, Way way) {
    // As a sum it is found by no index: for few entries at its end the whole record would be read.
    const std::string sequence = way == Way::by_time ? "sequence + 0" : "sequence";
    Condition chosen{"WHERE " + sequence + " > :after AND " + sequence + " <= :until", {}};
    if (selection.from_unix_ms) {
        chosen.narrow(" AND at_unix_ms >= :from", "from", *selection.from_unix_ms);
    }
    if (selection.to_unix_ms) {
        chosen.narrow(" AND at_unix_ms < :to", "to", *selection.to_unix_ms);
    }
    if (!selection.tenant_id.empty()) {
        // As above: all of a tenant's entries would be put into order for each piece of them.
        chosen.narrow(
            way == Way::walk ? " AND tenant_id || '' = :tenant" : " AND tenant_id = :tenant",
            "tenant", selection.tenant_id);
    }
    if (!selection.subject_id.empty()) {
        chosen.narrow(" AND subject_id = :subject", "subject", selection.subject_id);
    }
    if (!selection.session_id.empty()) {
        chosen.narrow(" AND session_id = :session", "session", selection.session_id);
    }
    if (!selection.agent_id.empty()) {
        chosen.narrow(" AND (agent_id = :agent OR actor_id = :agent)", "agent", selection.agent_id);
    }
    chosen.where += " ORDER BY " + sequence + " LIMIT :most";
    return chosen;
}

}  // namespace

Result<std::int64_t> parse_moment(const std::string& text, std::string_view field) {
    constexpr std::size_t date_chars = std::string_view{"2026-11-21"}.size();
    const auto moment =
        parse_rfc3339(text.size() == date_chars ? text + "T00:00:00Z" : text, field);
    if (!moment) return moment.error();
    return to_unix_ms(*moment);
}

std::optional<std::int64_t> each_entry(Connection& store, const Selection& selection,
                                       const std::function<bool(const RecordRow&)>& take,
                                       std::int64_t looked_at_max) {
    const auto way = way_to(store, selection);
    const auto chosen = condition_of(selection, way);
    const auto last = store.number("SELECT COALESCE(MAX(sequence), 0) FROM record");
    auto after = selection.after_sequence.value_or(std::numeric_limits<std::int64_t>::min());
    std::int64_t looked_at = 0;
    while (after < last && looked_at < looked_at_max) {
        const auto until = way == Way::walk ? end_of_piece(store, after, last) : last;
        auto binds = chosen.binds;
        binds.insert(binds.end(), {{"after", after}, {"until", until}, {"most", entries_at_once}});
        const auto entries = store.select<RecordRow>(chosen.where, binds);
        for (const auto& entry : entries) {
            if (!take(entry)) return std::nullopt;
        }
        const bool last_of_piece = static_cast<std::int64_t>(entries.size()) < entries_at_once;
        after = last_of_piece ? until : entries.back().sequence;
        looked_at += entries_at_once;
    }
    if (after >= last) return std::nullopt;
    return after;
}

}  // namespace hallpass::server
