// What happened, in numbers, for admins within their tenants.
#include "access/directory.hpp"
#include "application.hpp"
#include "routes/report_counts.hpp"
#include "routes/report_resources.hpp"
#include "routes/report_scope.hpp"
#include "routes/routes.hpp"
#include "routes/user_agent_family.hpp"

namespace hallpass::server {
namespace {

constexpr const char* day_of_entry = "at_unix_ms / 86400000 AS day";

struct Lengths {
    std::int64_t sessions = 0, total_ms = 0;
    std::int64_t count() const { return sessions; }
    void add(std::int64_t more, std::int64_t length_ms) {
        sessions += more;
        total_ms += length_ms;
    }
    void write_members(json::Writer& writer) const {
        writer.member("count", sessions).key("averageSeconds");
        if (sessions == 0) {
            writer.null();
        } else {
            writer.integer(total_ms / sessions / 1000);
        }
    }
};

void write_person(json::Writer& writer, Connection& store, const std::string& id) {
    writer.member("actorId", id).key("actorName");
    const auto name = name_of(store, id);
    if (name) {
        writer.string(*name);
    } else {
        writer.null();
    }
}

void write_days(json::Writer& writer, const std::map<std::int64_t, Outcomes>& days) {
    write_list(writer, "byDay", days, [&](std::int64_t day, const Outcomes& outcomes) {
        writer.member("day", day_text(day));
        outcomes.write_members(writer);
    });
}

struct SessionCounts {
    Lengths all;
    std::map<std::string, Lengths> by_status, by_admin;
    std::map<std::int64_t, Lengths> by_day;
    std::map<std::string, Outcomes> reasons;
};

SessionCounts count_sessions(const ReportRows& rows, std::int64_t now_unix_ms) {
    SessionCounts counts;
    // A session is over when its time is up, whether or not that was written down already.
    rows.each(
        "agent_id, started_at_unix_ms / 86400000 AS day,"
        " CASE WHEN status = 'active' AND expires_at_unix_ms <= :now THEN 'expired'"
        " ELSE status END AS status,"
        " CASE WHEN COALESCE(ended_at_unix_ms, :now) < started_at_unix_ms THEN started_at_unix_ms"
        " WHEN COALESCE(ended_at_unix_ms, :now) < expires_at_unix_ms"
        " THEN COALESCE(ended_at_unix_ms, :now) ELSE expires_at_unix_ms END"
        " - started_at_unix_ms AS length_ms",
        "agent_id, status, day, COUNT(*), CAST(SUM(length_ms) AS BIGINT)",
        "GROUP BY agent_id, status, day", "ttnnn",
        [&](Columns& row) {
            const auto agent = row.text(), status = row.text();
            const auto day = row.number(), sessions = row.number(), length = row.number();
            counts.all.add(sessions, length);
            counts.by_admin[agent].add(sessions, length);
            counts.by_status[status].add(sessions, length);
            counts.by_day[day].add(sessions, length);
        },
        {{"now", now_unix_ms}});
    rows.each("reason", "reason, COUNT(*)",
              "GROUP BY reason ORDER BY COUNT(*) DESC, reason LIMIT 200", "tn", [&](Columns& row) {
                  const auto reason = row.text();
                  counts.reasons[reason].success += row.number();
                  keep_top(counts.reasons, kept_max, by_count);
              });
    return counts;
}

Result<Answer> report_sessions(const Call& call, Connection& store) {
    const auto scope = ReportScope::of(call, store);
    if (!scope) return scope.error();
    const auto rows = ReportRows::of_sessions(store, *scope);
    const auto counts = count_sessions(rows, scope->now_unix_ms);
    constexpr std::size_t reasons_shown = 20;
    return report_answer(rows, [&](json::Writer& writer) {
        counts.all.write_members(writer);
        const auto named = [&](const char* name) {
            return [&, name](const auto& key, const Lengths& lengths) {
                writer.member(name, key);
                lengths.write_members(writer);
            };
        };
        write_list(writer, "byStatus", counts.by_status, named("status"));
        write_list(writer, "byDay", counts.by_day, [&](std::int64_t day, const Lengths& lengths) {
            writer.member("day", day_text(day));
            lengths.write_members(writer);
        });
        write_list(writer, "byAdmin", top(counts.by_admin, shown_max, by_count),
                   [&](const std::string& id, const Lengths& lengths) {
                       write_person(writer, store, id);
                       lengths.write_members(writer);
                   });
        write_list(writer, "topReasons", top(counts.reasons, reasons_shown, by_count),
                   [&](const std::string& reason, const Outcomes& times) {
                       writer.member("reason", reason).member("count", times.count());
                   });
    });
}

Result<Answer> report_actions(const Call& call, Connection& store) {
    const auto scope = ReportScope::of(call, store);
    if (!scope) return scope.error();
    const auto rows = ReportRows::of_record(store, *scope);
    std::map<std::string, Outcomes> by_type;
    std::map<std::int64_t, Outcomes> by_day;
    rows.each(std::string{"event, outcome, "} + day_of_entry, "event, outcome, day, COUNT(*)",
              "GROUP BY event, outcome, day", "ttnn", [&](Columns& row) {
                  const auto event = row.text(), outcome = row.text();
                  const auto day = row.number(), times = row.number();
                  by_type[event].add(outcome, times);
                  by_day[day].add(outcome, times);
              });
    return report_answer(rows, [&](json::Writer& writer) {
        write_list(writer, "byType", top(by_type, shown_max, by_count),
                   [&](const std::string& event, const Outcomes& outcomes) {
                       writer.member("event", event);
                       outcomes.write_members(writer);
                   });
        write_days(writer, by_day);
    });
}

Result<Answer> report_origins(const Call& call, Connection& store) {
    const auto scope = ReportScope::of(call, store);
    if (!scope) return scope.error();
    const auto rows = ReportRows::of_record(store, *scope);
    std::map<std::string, Outcomes> addresses, families;
    rows.each("ip, outcome", "ip, outcome, COUNT(*)",
              std::string{"WHERE ip IS NOT NULL GROUP BY ip, outcome"} + top_groups, "ttn",
              [&](Columns& row) {
                  const auto ip = row.text(), outcome = row.text();
                  addresses[ip].add(outcome, row.number());
                  keep_top(addresses, kept_max, by_count);
              });
    rows.each("user_agent, outcome", "user_agent, outcome, COUNT(*)",
              std::string{"WHERE user_agent IS NOT NULL GROUP BY user_agent, outcome"} + top_groups,
              "ttn", [&](Columns& row) {
                  const auto family = user_agent_family(row.text());
                  const auto outcome = row.text();
                  families[family].add(outcome, row.number());
                  keep_top(families, kept_max, by_count);
              });
    return report_answer(rows, [&](json::Writer& writer) {
        const auto named = [&](const char* name) {
            return [&, name](const std::string& key, const Outcomes& outcomes) {
                writer.member(name, key);
                outcomes.write_members(writer);
            };
        };
        write_list(writer, "byAddress", top(addresses, shown_max, by_count), named("ip"));
        write_list(writer, "byUserAgent", top(families, shown_max, by_count), named("family"));
    });
}

Result<Answer> report_outcomes(const Call& call, Connection& store) {
    const auto scope = ReportScope::of(call, store);
    if (!scope) return scope.error();
    const auto rows = ReportRows::of_record(store, *scope);
    Outcomes all;
    std::map<std::int64_t, Outcomes> by_day;
    std::map<std::string, Outcomes> by_actor;
    rows.each(std::string{"actor_id, outcome, "} + day_of_entry,
              "COALESCE(actor_id, ''), outcome, day, COUNT(*)", "GROUP BY actor_id, outcome, day",
              "ttnn", [&](Columns& row) {
                  const auto actor = row.text(), outcome = row.text();
                  const auto day = row.number(), times = row.number();
                  all.add(outcome, times);
                  by_day[day].add(outcome, times);
                  if (!actor.empty()) by_actor[actor].add(outcome, times);
              });
    return report_answer(rows, [&](json::Writer& writer) {
        all.write_members(writer);
        write_days(writer, by_day);
        write_list(writer, "byActor",
                   top(by_actor, shown_max, [](const Outcomes& each) { return each.failure; }),
                   [&](const std::string& id, const Outcomes& each) {
                       write_person(writer, store, id);
                       each.write_members(writer);
                   });
    });
}

}  // namespace

std::vector<Route> report_routes() {
    const auto report = [](std::string_view path, ReadHandler handler) {
        return Route{Method::get, path, Who::person, BodyKind::none, handler};
    };
    return {
        report("/api/v1/support-access/reports/sessions", report_sessions),
        report("/api/v1/support-access/reports/actions", report_actions),
        report("/api/v1/support-access/reports/resources", report_resources),
        report("/api/v1/support-access/reports/origins", report_origins),
        report("/api/v1/support-access/reports/outcomes", report_outcomes),
    };
}

}  // namespace hallpass::server
