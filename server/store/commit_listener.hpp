#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

struct pg_conn;

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

/// Hears what the servers on one PostgreSQL announce (LISTEN), on a connection and a thread of its
/// own, and competes with them for being the one on duty. A lost connection is noticed at once, a
/// silent one within seconds; it comes back by itself, with growing pauses.
class CommitListener {
  public:
    /// Listens before it returns.
    /// @param parameters as libpq takes them
    /// @param own the payload of this server's own announcements, which it need not hear
    /// @throws StoreFault
    CommitListener(std::string parameters, std::string own, CommitCalls calls);
    ~CommitListener();
    CommitListener(const CommitListener&) = delete;
    CommitListener& operator=(const CommitListener&) = delete;

    bool listening() const { return listening_; }
    /// Whether this server does what one of them does for all, such as the sweep.
    bool on_duty() const { return on_duty_; }
    void stop();

  private:
    struct Close {
        void operator()(pg_conn* connection) const;
    };
    using Handle = std::unique_ptr<pg_conn, Close>;

    void run();
    void begin();
    void end() noexcept;
    void listen();
    void hear_all();
    void beat();
    bool ask(const std::string& sql);
    bool wait(int socket, int limit_ms);
    bool stopping() { return wait(-1, 0); }

    const std::string parameters_, own_;
    const CommitCalls calls_;
    Handle connection_;
    std::atomic<bool> listening_{false}, on_duty_{false};
    int stop_event_;
    std::thread thread_;
};

}  // namespace hallpass::server
