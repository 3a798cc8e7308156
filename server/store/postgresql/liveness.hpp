#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

struct pg_conn;

namespace hallpass::server {

/// What is known of whether a PostgreSQL answers, by all connections to it. One that hangs keeps
/// its sockets open: who waits for it is let go after a while, and others need not wait as long.
class Liveness {
  public:
    /// Called with PostgreSQL's own limit for a statement, 0 for none: it is to tell of it first.
    void limit_statements(std::chrono::milliseconds limit);
    /// How long a statement's answer is waited for; none: for ever.
    std::chrono::milliseconds answer_within() const {
        return std::chrono::milliseconds{answer_within_ms_};
    }

    using Moment = std::chrono::steady_clock::time_point;
    /// Nothing came in time to who waits since then. From now on statements fail at once, until a
    /// new connection was made; where one was made meanwhile, only the old one was to blame.
    void hung(Moment since) noexcept;
    bool hangs() const { return hangs_; }

    /// Making a new connection. While PostgreSQL hangs, one at a time finds out whether it still
    /// does; all others are told so at once.
    class Attempt {
      public:
        /// @throws ConnectionLost
        explicit Attempt(Liveness& liveness);
        /// One that failed after a while was not refused, but waited for in vain.
        ~Attempt();
        Attempt(const Attempt&) = delete;
        Attempt& operator=(const Attempt&) = delete;
        void succeeded() noexcept;

      private:
        Liveness& liveness_;
        const Moment begun_;
        std::unique_lock<std::mutex> alone_;
        bool succeeded_ = false;
    };

  private:
    std::atomic<std::int64_t> answer_within_ms_{0};
    std::atomic<bool> hangs_{false};
    std::mutex trying_;
    std::atomic<Moment> again_at_{}, connected_at_{};
};

/// Has every statement on `connection` wait as `liveness` says, and tell it what became of that.
/// @param liveness outlives the connection
/// @throws StoreFault
void watch(pg_conn* connection, Liveness& liveness);
/// Before a statement is sent, none of it where PostgreSQL hangs: the connection is cut then.
/// @returns false where the connection takes no statement
bool begin_statement(pg_conn* connection);
/// Waits until libpq can give the next result without waiting. Where none comes in time, the
/// connection is cut: libpq then finds it lost.
void await_result(pg_conn* connection);

}  // namespace hallpass::server
