#include "http/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace hallpass::server {
namespace {

double seconds_between(Instant earlier, Instant later) {
    return std::max(0.0, std::chrono::duration<double>(later - earlier).count());
}

}  // namespace

double RateLimiter::left_in(const Bucket& bucket, Instant now) const {
    return std::min(burst_, bucket.left + seconds_between(bucket.filled_at, now) * per_second_);
}

RateLimiter::Bucket& RateLimiter::bucket_of(const std::string& key, Instant now) {
    if (const auto known = buckets_.find(key); known != buckets_.end()) return known->second;
    if (buckets_.size() >= buckets_max) forget_full(now);
    // Whoever could make others' debts be forgotten could be rid of their own.
    if (buckets_.size() >= buckets_max) return newcomers_;
    return buckets_.emplace(key, Bucket{burst_, now}).first->second;
}

void RateLimiter::forget_full(Instant now) {
    // Going through all of them with each newcomer would let a flood hold up everybody.
    if (now >= looked_at_ && now - looked_at_ < std::chrono::seconds{1}) return;
    looked_at_ = now;
    std::erase_if(buckets_,
                  [&](const auto& entry) { return left_in(entry.second, now) >= burst_; });
}

std::chrono::seconds RateLimiter::take(const std::string& key, Instant now) {
    if (std::isinf(burst_)) return {};
    const std::lock_guard lock{mutex_};
    auto& bucket = bucket_of(key, now);
    bucket.left = left_in(bucket, now);
    bucket.filled_at = now;
    if (bucket.left >= 1) {
        bucket.left -= 1;
        return {};
    }
    return std::chrono::seconds{static_cast<long>(std::ceil((1 - bucket.left) / per_second_))};
}

}  // namespace hallpass::server
