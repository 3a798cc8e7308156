#pragma once

#include <memory>
#include <mutex>

#include "clock.hpp"
#include "tls/context.hpp"

namespace hallpass::server {

/// The certificate of a running server, which can be replaced: who is connected goes on with the
/// one that was shown, who connects meets the new one.
class LiveTls {
  public:
    /// @throws KeyFault as load_tls
    LiveTls(TlsSettings settings, const Clock& clock);

    /// What a connection begins with; it keeps it.
    std::shared_ptr<ssl_ctx_st> context() const;
    Instant expires_at() const;
    /// Reads both files again. A pair that cannot be used changes nothing and is told in the log.
    /// @returns whether it was taken
    bool reload();

  private:
    const TlsSettings settings_;
    const Clock& clock_;
    mutable std::mutex mutex_;
    TlsContext now_;
};

}  // namespace hallpass::server
