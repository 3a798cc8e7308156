#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "clock.hpp"
#include "hallpass/time.hpp"
#include "identity/key_set_url.hpp"
#include "identity/signature.hpp"

namespace hallpass::server {

using IssuerKeys = std::vector<std::unique_ptr<const IssuerKey>>;

/// The usable keys of a JWKS (RFC 7517 section 5).
/// @throws std::runtime_error where it is malformed, a key is broken, or none is usable
std::shared_ptr<const IssuerKeys> issuer_keys_of(std::string_view jwks);

/// The keys of an identity provider that are in a file.
class FileKeys {
  public:
    enum class Kind { jwks, secret };
    /// @throws std::runtime_error where the file cannot be read, or has no usable key
    FileKeys(std::string file, Kind kind);

    std::shared_ptr<const IssuerKeys> usable() const;
    /// Reads the file anew. One that cannot be used changes nothing and is told in the log.
    void follow();

  private:
    const std::string file_;
    const Kind kind_;
    mutable std::mutex mutex_;
    std::string read_;  // as it was last taken up
    std::shared_ptr<const IssuerKeys> keys_;
};

/// The keys of an identity provider that publishes them at a URL. They are fetched by a thread of
/// their own, at the start and then now and again; no request waits for it.
class RemoteKeys {
  public:
    /// @throws std::runtime_error for a URL that `KeySetUrl` refuses
    RemoteKeys(const std::string& url, const Clock& clock);
    ~RemoteKeys();
    RemoteKeys(const RemoteKeys&) = delete;
    RemoteKeys& operator=(const RemoteKeys&) = delete;

    /// The keys; nullptr where none were ever had, or none within an hour.
    std::shared_ptr<const IssuerKeys> usable();
    /// Asks for the keys anew, because a token names one that is not among them: once per interval,
    /// however many ask.
    /// @returns whether nobody knows yet: an answer is under way, or the last question had none
    bool ask_again();

  private:
    void run();
    bool start_asking(Instant now);
    void adopt(const std::string& jwks);

    const KeySetUrl url_;
    const Clock& clock_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::shared_ptr<const IssuerKeys> keys_;
    Instant fetched_at_{}, asked_at_{};
    bool wanted_ = true, failed_ = false;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace hallpass::server
