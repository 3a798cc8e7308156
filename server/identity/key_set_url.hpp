#pragma once

#include <atomic>
#include <optional>
#include <string>

namespace hallpass::server {

/// Where an identity provider publishes its keys, and how they are asked for: over HTTPS, or HTTP
/// on this machine itself; never through a redirect, never for long, never for much.
class KeySetUrl {
  public:
    /// @throws std::runtime_error: not https (or http to a loopback address), with a user name,
    ///         a password or a fragment
    explicit KeySetUrl(std::string text);

    const std::string& text() const { return text_; }
    /// One GET, at most 5 s and 256 KiB.
    /// @param stopping gives it up once it turns true
    /// @returns the body of a 200; nothing otherwise
    std::optional<std::string> fetch(const std::atomic<bool>& stopping) const;

  private:
    std::string text_;
    bool loopback_only_ = false;
};

}  // namespace hallpass::server
