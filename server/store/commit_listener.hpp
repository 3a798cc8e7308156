#pragma once

#include <functional>

namespace hallpass::server {

/// What a server does about the commits of others; called from the listener's thread.
struct CommitCalls {
    /// From now on every commit is heard. May throw StoreFault: then it begins again later.
    std::function<void()> begin;
    /// Another server has committed.
    std::function<void()> heard;
    /// From now on commits may be missed: what lives by hearing them must not go on.
    std::function<void()> end;
};

/// Hears what the servers on one database announce, and competes with them for being the one on
/// duty.
class CommitListener {
  public:
    CommitListener() = default;
    virtual ~CommitListener() = default;
    CommitListener(const CommitListener&) = delete;
    CommitListener& operator=(const CommitListener&) = delete;

    virtual bool listening() const = 0;
    /// Whether this server does what one of them does for all, such as the sweep.
    virtual bool on_duty() const = 0;
    virtual void stop() = 0;
};

}  // namespace hallpass::server
