#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <unordered_map>

#include "hallpass/time.hpp"

namespace hallpass::server {

/// Token buckets by key (an address, a caller). Bounded: where too many keys are remembered, full
/// buckets are forgotten first.
class RateLimiter {
  public:
    RateLimiter(double burst, double per_second) : burst_(burst), per_second_(per_second) {}

    /// Takes one. @returns zero where it was there, else how long to wait
    std::chrono::seconds take(const std::string& key, Instant now);

  private:
    struct Bucket {
        double left;
        Instant filled_at;
    };
    Bucket& fill(const std::string& key, Instant now);
    void forget_full(Instant now);

    double burst_, per_second_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
};

}  // namespace hallpass::server
