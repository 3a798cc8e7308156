#include "signing/live_keys.hpp"

#include <spdlog/spdlog.h>

#include "signing/key_fault.hpp"

namespace hallpass::server {

bool LiveKeys::follow() {
    const auto state = file_.state();
    {
        const std::lock_guard lock{mutex_};
        if (state == seen_) return false;
        // Before it is read: a change in between is seen the next time.
        seen_ = state;
    }
    try {
        auto ring = std::make_shared<const KeyRing>(file_.read());
        const std::lock_guard lock{mutex_};
        ring_ = std::move(ring);
        spdlog::info("the keys were read again; {} signs", ring_->active().key_id());
        return true;
    } catch (const KeyFault& fault) {
        spdlog::error("the keys stay as they were: {}: {}", to_string(fault.problem()),
                      fault.what());
        return false;
    }
}

}  // namespace hallpass::server
