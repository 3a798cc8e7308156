#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "hallpass/time.hpp"

namespace hallpass::server {

/// Token buckets by key (an address, a caller). Bounded: only full buckets are forgotten, as they
/// are as good as new ones; where too many keys have used something up, those who come then share
/// one bucket.
class RateLimiter {
  public:
    static constexpr std::size_t buckets_max = 50'000;

    /// @param burst infinity: no limit
    RateLimiter(double burst, double per_second) : burst_(burst), per_second_(per_second) {}

    /// Takes one. @returns zero where it was there, else how long to wait
    std::chrono::seconds take(const std::string& key, Instant now);

  private:
    struct Bucket {
        double left;
        Instant filled_at;
    };
    double left_in(const Bucket& bucket, Instant now) const;
    Bucket& bucket_of(const std::string& key, Instant now);
    void forget_full(Instant now);

    double burst_, per_second_;
    std::mutex mutex_;
    std::unordered_map<std::string, Bucket> buckets_;
    Bucket newcomers_{burst_, Instant{}};
    Instant looked_at_{};
};

}  // namespace hallpass::server
