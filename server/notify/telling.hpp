#pragma once

#include <string>

#include "notify/notice.hpp"
#include "notify/settings.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// Turns entries of the outbox into the messages that go out for them.
class Telling {
  public:
    /// @param read_more_url where people sign in; ends every mail
    /// @param issuer `iss` of security event tokens
    Telling(const NotifySettings& settings, const ZoneTable& zones, std::string read_more_url,
            std::string issuer)
        : settings_(settings),
          zones_(zones),
          read_more_url_(std::move(read_more_url)),
          issuer_(std::move(issuer)) {}

    /// Takes at most `most` entries off the outbox and writes their messages, in one change.
    /// @returns how many were taken
    std::size_t tell(Transaction& transaction, int most) const;

  private:
    void tell_by_mail(Transaction& transaction, const Notice& notice, Audience audience) const;
    void tell_webhook(Transaction& transaction, const Notice& notice,
                      const WebhookSettings& webhook) const;

    const NotifySettings& settings_;
    const ZoneTable& zones_;
    std::string read_more_url_, issuer_;
};

/// The channel of a webhook's messages.
std::string channel_of(const WebhookSettings& webhook);

/// `{"type","timestamp","data":{…}}` (Standard Webhooks 1.0): ids, status and end, but no names,
/// addresses or reasons, which the receiver may ask for with its own rights.
std::string standard_body(const Notice& notice, Instant now);
/// `{"text":"…"}` with Slack's own escapes, so that no name becomes a mention or a link.
std::string slack_body(const Told& told);

}  // namespace hallpass::server
