#pragma once

#include "hallpass/time.hpp"
#include "notify/settings.hpp"
#include "notify/transfer.hpp"

namespace hallpass::server {

/// However long the other side asks to be left alone, it is asked again within the hour.
inline constexpr std::chrono::seconds retry_after_max{3600};

/// POSTs to one webhook: https alone, to addresses that `Egress` allows.
class WebhookSender {
  public:
    /// @throws std::runtime_error where a secret is missing or not usable
    WebhookSender(const WebhookSettings& settings, const std::string& ca_file, const Egress& egress,
                  std::chrono::milliseconds longest, const std::atomic<bool>& stop);

    /// @param id the same for every attempt
    Outcome send(const std::string& id, const std::string& body, Instant now);

  private:
    Outcome outcome_of(CURLcode code) const;

    const char* content_type_;
    std::vector<std::string> keys_;  ///< none for Slack
    Transfer transfer_;
};

}  // namespace hallpass::server
