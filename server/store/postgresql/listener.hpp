#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>

#include "store/commit_listener.hpp"

struct pg_conn;

namespace hallpass::server {

/// Hears the commits of other servers by LISTEN, on a connection and a thread of its own. A lost
/// connection is noticed at once, a silent one within seconds; it comes back by itself, with
/// growing pauses.
class PostgresqlListener : public CommitListener {
  public:
    /// Listens before it returns.
    /// @param parameters as libpq takes them
    /// @param channel on which every commit is announced
    /// @param own the payload of this server's own announcements, which it need not hear
    /// @throws StoreFault
    PostgresqlListener(std::string parameters, std::string channel, std::string own,
                       CommitCalls calls);
    ~PostgresqlListener() override;
    PostgresqlListener(const PostgresqlListener&) = delete;
    PostgresqlListener& operator=(const PostgresqlListener&) = delete;

    bool listening() const override { return listening_; }
    bool on_duty() const override { return on_duty_; }
    void stop() override;

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

    const std::string parameters_, channel_, own_;
    const CommitCalls calls_;
    Handle connection_;
    std::atomic<bool> listening_{false}, on_duty_{false};
    int stop_event_;
    std::thread thread_;
};

}  // namespace hallpass::server
