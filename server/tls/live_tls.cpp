#include "tls/live_tls.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <utility>

#include "signing/key_fault.hpp"

namespace hallpass::server {

LiveTls::LiveTls(TlsSettings settings, const Clock& clock)
    : settings_(std::move(settings)), clock_(clock), now_(load_tls(settings_, clock.now())) {}

std::shared_ptr<ssl_ctx_st> LiveTls::context() const {
    const std::lock_guard lock{mutex_};
    return now_.handle;
}

Instant LiveTls::expires_at() const {
    const std::lock_guard lock{mutex_};
    return now_.expires_at;
}

bool LiveTls::reload() {
    try {
        auto loaded = load_tls(settings_, clock_.now());
        const std::lock_guard lock{mutex_};
        now_ = std::move(loaded);
        spdlog::info("the certificate was read again; it holds until {}",
                     format_rfc3339(now_.expires_at));
        return true;
    } catch (const KeyFault& fault) {
        spdlog::error("the certificate stays as it was: {}: {}", to_string(fault.problem()),
                      fault.what());
    } catch (const std::exception& fault) {
        spdlog::error("the certificate stays as it was: {}", fault.what());
    }
    return false;
}

}  // namespace hallpass::server
