#include "http/rate_limiter.hpp"

#include <algorithm>
#include <cmath>

namespace hallpass::server {
namespace {

constexpr std::size_t buckets_max = 50'000;

double seconds_between(Instant earlier, Instant later) {
    return std::max(0.0, std::chrono::duration<double>(later - earlier).count());
}

}  // namespace

RateLimiter::Bucket& RateLimiter::fill(const std::string& key, Instant now) {
    if (buckets_.size() >= buckets_max && !buckets_.contains(key)) forget_full(now);
    auto& bucket = buckets_.try_emplace(key, Bucket{burst_, now}).first->second;
    bucket.left =
        std::min(burst_, bucket.left + seconds_between(bucket.filled_at, now) * per_second_);
    bucket.filled_at = now;
    return bucket;
}

void RateLimiter::forget_full(Instant now) {
    std::erase_if(buckets_, [&](const auto& entry) {
        const auto& bucket = entry.second;
        return bucket.left + seconds_between(bucket.filled_at, now) * per_second_ >= burst_;
    });
    // All still in use: better to forget a debt than to grow without bound.
    if (buckets_.size() >= buckets_max) buckets_.clear();
}

std::chrono::seconds RateLimiter::take(const std::string& key, Instant now) {
    const std::lock_guard lock{mutex_};
    auto& bucket = fill(key, now);
    if (bucket.left >= 1) {
        bucket.left -= 1;
        return {};
    }
    return std::chrono::seconds{static_cast<long>(std::ceil((1 - bucket.left) / per_second_))};
}

}  // namespace hallpass::server
