#include "routes/report_scope.hpp"

#include "access/directory.hpp"
#include "application.hpp"
#include "hallpass/time.hpp"
#include "routes/page.hpp"

namespace hallpass::server {
namespace {

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::int64_t period_default_ms = 30 * day_ms;
constexpr std::int64_t period_max_days = 366;
constexpr std::size_t tenants_max = 1000;
// Counting this many takes some tenths of a second.
constexpr std::int64_t entries_max = 100'000;
constexpr std::int64_t sessions_max = 50'000;

Result<std::int64_t> read_moment(const Call& call, const char* name, std::int64_t otherwise) {
    const auto text = call.query(name);
    if (!text) return otherwise;
    auto moment = parse_rfc3339(*text, name);
    if (!moment) return std::move(moment).error();
    return to_unix_ms(*moment);
}

Result<Done> read_period(const Call& call, ReportScope& scope) {
    // The end lies outside: what happened within this very millisecond still counts.
    const auto to = read_moment(call, "to", to_unix_ms(call.now) + 1);
    if (!to) return to.error();
    const auto from = read_moment(call, "from", *to - period_default_ms);
    if (!from) return from.error();
    if (*from >= *to) {
        return invalid("from", Reason::out_of_range, "from must lie before to");
    }
    if (*to - *from > period_max_days * day_ms) {
        return invalid("from", Reason::out_of_range, "a report covers at most 366 days", {},
                       {{}, period_max_days, {}});
    }
    scope.from_unix_ms = *from;
    scope.to_unix_ms = *to;
    return Done{};
}

Result<Done> read_tenants(const Call& call, Connection& store, ReportScope& scope) {
    const auto& caller = *call.identity.user;
    scope.tenant_id = call.query("tenantId");
    if (scope.tenant_id) {
        if (!works_for(store, caller, *scope.tenant_id) || !find_tenant(store, *scope.tenant_id)) {
            return make_error(ErrorCode::TENANT_NOT_FOUND, "there is no such tenant; check the id");
        }
        scope.tenants = {*scope.tenant_id};
        return Done{};
    }
    scope.tenants = tenants_of(store, caller, static_cast<std::int64_t>(tenants_max + 1));
    if (scope.tenants.size() > tenants_max) {
        return invalid("tenantId", Reason::required, "there are too many tenants; name one");
    }
    return Done{};
}

}  // namespace

Result<ReportScope> ReportScope::of(const Call& call, Connection& store) {
    if (!call.identity.admin()) {
        return make_error(ErrorCode::FORBIDDEN, "reports are for admins");
    }
    if (auto known = only_query(call, {"from", "to", "tenantId"}); !known) return known.error();
    ReportScope scope;
    scope.now_unix_ms = hallpass::to_unix_ms(call.now);
    if (auto period = read_period(call, scope); !period) return period.error();
    if (auto tenants = read_tenants(call, store, scope); !tenants) return tenants.error();
    return scope;
}

ReportRows ReportRows::of_record(Connection& store, const ReportScope& scope) {
    return {store, scope, "record", "at_unix_ms", entries_max};
}
ReportRows ReportRows::of_sessions(Connection& store, const ReportScope& scope) {
    return {store, scope, "sessions", "started_at_unix_ms", sessions_max};
}

ReportRows::ReportRows(Connection& store, const ReportScope& scope, const char* table,
                       const char* time_column, std::int64_t most)
    : store_(store), scope_(scope) {
    const std::string time{time_column};
    rest_ = std::string{" FROM "} + table + " WHERE tenant_id = :tenant AND " + time +
            " >= :from AND " + time + " < :to";
    order_ = " ORDER BY " + time + " DESC LIMIT :most";
    for (const auto& tenant : scope.tenants) {
        const auto left = most - counted_;
        const auto rows =
            store.number("SELECT COUNT(*) FROM (SELECT 1" + rest_ + " LIMIT :most) AS few",
                         binds(tenant, left + 1));
        complete_ = complete_ && rows <= left;
        const auto share = std::min(rows, left);
        counted_ += share;
        if (share > 0) shares_.push_back({tenant, share});
    }
}

Binds ReportRows::binds(const std::string& tenant_id, std::int64_t most) const {
    return {{"tenant", tenant_id},
            {"from", scope_.from_unix_ms},
            {"to", scope_.to_unix_ms},
            {"most", most}};
}

void ReportRows::each(const std::string& columns, const std::string& what, const std::string& tail,
                      Shape shape, const std::function<void(Columns&)>& row,
                      const Binds& more) const {
    const auto sql =
        "SELECT " + what + " FROM (SELECT " + columns + rest_ + order_ + ") AS newest " + tail;
    for (const auto& share : shares_) {
        auto all = binds(share.tenant_id, share.rows);
        all.insert(all.end(), more.begin(), more.end());
        store_.query(sql, shape, all, row);
    }
}

void ReportRows::write_members(json::Writer& writer) const {
    writer.member("from", format_rfc3339(from_unix_ms(scope_.from_unix_ms)));
    writer.member("to", format_rfc3339(from_unix_ms(scope_.to_unix_ms))).key("tenantId");
    if (scope_.tenant_id) {
        writer.string(*scope_.tenant_id);
    } else {
        writer.null();
    }
    writer.member("counted", counted_).member("complete", complete_);
}

Answer report_answer(const ReportRows& rows, const std::function<void(json::Writer&)>& write) {
    json::Writer writer;
    writer.begin_object();
    rows.write_members(writer);
    write(writer);
    return Answer::json(200, std::move(writer.end_object()).text());
}

std::string day_text(std::int64_t days) {
    constexpr std::size_t date_chars = std::string_view{"2026-11-21"}.size();
    return format_rfc3339(from_unix_ms(days * day_ms)).substr(0, date_chars);
}

}  // namespace hallpass::server
