#include "notify/pauses.hpp"

#include <algorithm>

namespace hallpass::server {

std::chrono::milliseconds pause_after(int failures, double chance, std::chrono::milliseconds first,
                                      std::chrono::milliseconds longest) {
    auto whole = std::min(first, longest);
    for (int i = 1; i < failures && whole < longest; ++i) whole = std::min(whole * 2, longest);
    const auto half = whole / 2;
    const auto jitter = static_cast<double>((whole - half).count()) * chance;
    return half + std::chrono::milliseconds{static_cast<std::int64_t>(jitter)};
}

}  // namespace hallpass::server
