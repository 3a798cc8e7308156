#pragma once

#include <atomic>
#include <chrono>

#include "hallpass/time.hpp"

namespace hallpass::server {

/// The only source of time in the server.
class Clock {
  public:
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

/// The system's clock.
class SystemClock : public Clock {
  public:
    Instant now() const override {
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

/// The system's clock and an offset: `POST /demo/clock` moves it, forward alone; tests move it
/// back too.
class DemoClock : public SystemClock {
  public:
    Instant now() const override {
        return SystemClock::now() + std::chrono::milliseconds{offset_ms_.load()};
    }
    void advance(std::chrono::seconds by) { offset_ms_ += std::chrono::milliseconds{by}.count(); }

  private:
    std::atomic<std::int64_t> offset_ms_{0};
};

}  // namespace hallpass::server
