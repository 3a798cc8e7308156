#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "hallpass/json.hpp"
#include "http/call.hpp"

namespace hallpass::server {

/// What a report is about: `?from=` (inclusive) and `?to=` (exclusive), RFC 3339, by default the 30
/// days up to now; `?tenantId=`, by default every tenant that the admin works for.
struct ReportScope {
    std::int64_t from_unix_ms = 0, to_unix_ms = 0, now_unix_ms = 0;
    std::optional<std::string> tenant_id;
    std::vector<std::string> tenants;

    /// @errors FORBIDDEN for who is no admin; TENANT_NOT_FOUND, the same for a tenant that is not
    /// there and one of others; VALIDATION_ERROR
    static Result<ReportScope> of(const Call& call, Connection& store);
};

/// The rows that a report counts: the newest of each tenant in the period, up to a bound, so that
/// no report holds a thread for long. Where the bound was met, the report says so.
class ReportRows {
  public:
    static ReportRows of_record(Connection& store, const ReportScope& scope);
    static ReportRows of_sessions(Connection& store, const ReportScope& scope);

    /// Runs `SELECT what FROM (the rows with these columns) tail` for each tenant.
    void each(const std::string& columns, const std::string& what, const std::string& tail,
              Shape shape, const std::function<void(Columns&)>& row, const Binds& more = {}) const;

    /// `from`, `to`, `tenantId`, `counted`, `complete`.
    void write_members(json::Writer& writer) const;

  private:
    struct Share {
        std::string tenant_id;
        std::int64_t rows;
    };
    ReportRows(Connection& store, const ReportScope& scope, const char* table,
               const char* time_column, std::int64_t most);
    Binds binds(const std::string& tenant_id, std::int64_t most) const;

    Connection& store_;
    const ReportScope& scope_;
    std::string rest_;  ///< FROM … WHERE …, without order and limit
    std::string order_;
    std::vector<Share> shares_;
    std::int64_t counted_ = 0;
    bool complete_ = true;
};

/// The answer: what the rows say of themselves, and what `write` adds.
Answer report_answer(const ReportRows& rows, const std::function<void(json::Writer&)>& write);

/// A day in UTC, `2026-11-21`, from its number since the epoch.
std::string day_text(std::int64_t days);

}  // namespace hallpass::server
