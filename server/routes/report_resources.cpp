#include "routes/report_resources.hpp"

#include <tuple>

#include "hallpass/audit.hpp"
#include "routes/report_counts.hpp"
#include "routes/report_scope.hpp"

namespace hallpass::server {
namespace {

struct Touches {
    std::int64_t reads = 0, writes = 0, failures = 0, resources = 0;
    std::int64_t count() const { return reads + writes; }
    void add(const std::string& event, const std::string& outcome, std::int64_t times) {
        (event == to_string(AuditEvent::resource_read) ? reads : writes) += times;
        if (outcome != "success") failures += times;
    }
    void write_members(json::Writer& writer) const {
        writer.member("count", count()).member("reads", reads).member("writes", writes);
        writer.member("failures", failures);
    }
};

struct TouchCounts {
    std::map<std::string, Touches> types;
    std::map<std::tuple<std::string, std::string>, Touches> single;  ///< by type and id
};

TouchCounts count_touches(const ReportRows& rows) {
    const std::string columns = "event, outcome, resource_type, resource_id";
    const std::string touched = "WHERE event IN (:read, :write) AND resource_type IS NOT NULL ";
    const Binds events{{"read", std::string{to_string(AuditEvent::resource_read)}},
                       {"write", std::string{to_string(AuditEvent::resource_write)}}};
    TouchCounts counts;
    rows.each(
        columns, "resource_type, event, outcome, COUNT(*)",
        touched + "GROUP BY resource_type, event, outcome" + top_groups, "tttn",
        [&](Columns& row) {
            const auto type = row.text(), event = row.text(), outcome = row.text();
            counts.types[type].add(event, outcome, row.number());
        },
        events);
    rows.each(
        columns, "resource_type, COUNT(DISTINCT resource_id)",
        touched + "GROUP BY resource_type" + top_groups, "tn",
        [&](Columns& row) {
            const auto type = row.text();
            counts.types[type].resources += row.number();
        },
        events);
    rows.each(
        columns, "resource_type, resource_id, event, outcome, COUNT(*)",
        touched +
            "AND resource_id IS NOT NULL GROUP BY resource_type, resource_id, event, outcome" +
            top_groups,
        "ttttn",
        [&](Columns& row) {
            const auto type = row.text(), id = row.text(), event = row.text(), outcome = row.text();
            counts.single[{type, id}].add(event, outcome, row.number());
            keep_top(counts.single, kept_max, by_count);
        },
        events);
    return counts;
}

}  // namespace

Result<Answer> report_resources(const Call& call, Connection& store) {
    const auto scope = ReportScope::of(call, store);
    if (!scope) return scope.error();
    const auto rows = ReportRows::of_record(store, *scope);
    const auto counts = count_touches(rows);
    return report_answer(rows, [&](json::Writer& writer) {
        write_list(writer, "byType", top(counts.types, shown_max, by_count),
                   [&](const std::string& type, const Touches& touches) {
                       writer.member("resourceType", type);
                       touches.write_members(writer);
                       writer.member("resources", touches.resources);
                   });
        write_list(writer, "topResources", top(counts.single, shown_max, by_count),
                   [&](const auto& resource, const Touches& touches) {
                       writer.member("resourceType", std::get<0>(resource));
                       writer.member("resourceId", std::get<1>(resource));
                       touches.write_members(writer);
                   });
    });
}

}  // namespace hallpass::server
