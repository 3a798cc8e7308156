#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "hallpass/time.hpp"
#include "http/answer.hpp"
#include "http/rate_limiter.hpp"

namespace hallpass::server {

struct Call;

/// How often something may be done: so often at once, and so often steadily.
struct Allowance {
    double burst, per_second;

    /// `BURST+COUNT/s`, `/m` or `/h` (20+6/h: 20 at once, then 6 an hour), or `unlimited`.
    /// @throws std::runtime_error for anything else
    static Allowance parse(const std::string& text);
    static Allowance unlimited();
};

/// What callers may do, and what one user may be troubled with.
struct AllowanceSettings {
    Allowance changes{600, 10};                ///< by one person, or one act-as session
    Allowance service_changes{10'000, 1'000};  ///< by one service or identity provider
    Allowance requests{20, 6.0 / 3'600};       ///< for access to one user of a tenant
    Allowance starts{60, 60.0 / 3'600};        ///< of sessions about one user of a tenant
    std::size_t streams_of_a_user = 20;        ///< of live events, open at once
};

/// What is left of them. This server's own count, in memory alone.
class Allowances {
  public:
    explicit Allowances(const AllowanceSettings& settings);

    /// Counts a call that may change something. @returns the refusal where that was too much
    std::optional<Answer> change(const Call& call);
    /// The same of a request, or a start, that nothing else stands in the way of: whoever may not
    /// know of a user learns nothing of how often they were asked.
    std::optional<Answer> request(const std::string& tenant_id, const std::string& subject_id,
                                  Instant now);
    std::optional<Answer> start(const std::string& tenant_id, const std::string& subject_id,
                                Instant now);

  private:
    RateLimiter changes_, service_changes_, requests_, starts_;
};

}  // namespace hallpass::server
