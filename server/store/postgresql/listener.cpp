#include "store/postgresql/listener.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "store/fault.hpp"
#include "store/postgresql/locks.hpp"

namespace hallpass::server {
namespace {

constexpr int beat_every_ms = 2000;
constexpr int answer_within_ms = 3000;
constexpr int first_pause_ms = 20, longest_pause_ms = 1000;

/// Frees a result, however it is left.
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;
using Notification = std::unique_ptr<PGnotify, decltype(&PQfreemem)>;

}  // namespace

void PostgresqlListener::Close::operator()(pg_conn* connection) const { PQfinish(connection); }

PostgresqlListener::PostgresqlListener(std::string parameters, std::string channel, std::string own,
                                       CommitCalls calls)
    : parameters_(std::move(parameters)),
      channel_(std::move(channel)),
      own_(std::move(own)),
      calls_(std::move(calls)),
      stop_event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (stop_event_ < 0) throw StoreFault("no file descriptor is left to listen with");
    try {
        begin();
    } catch (...) {
        end();
        close(stop_event_);
        throw;
    }
    thread_ = std::thread{[this] { run(); }};
}

PostgresqlListener::~PostgresqlListener() {
    stop();
    close(stop_event_);
}

void PostgresqlListener::stop() {
    if (!thread_.joinable()) return;
    const std::uint64_t one = 1;
    // An eventfd takes a small number at any time.
    [[maybe_unused]] const auto written = write(stop_event_, &one, sizeof one);
    thread_.join();
    end();
}

void PostgresqlListener::run() {
    int pause_ms = first_pause_ms;
    while (!stopping()) {
        try {
            if (!connection_) begin();
            pause_ms = first_pause_ms;
            listen();
        } catch (const std::exception& fault) {
            // Said once: attempts that fail later are no news.
            if (listening_ && !stopping()) {
                spdlog::error("other servers are not heard: {}", fault.what());
            }
        }
        end();
        wait(-1, pause_ms);
        pause_ms = std::min(2 * pause_ms, longest_pause_ms);
    }
}

void PostgresqlListener::begin() {
    connection_.reset(PQconnectdb(parameters_.c_str()));
    if (PQstatus(connection_.get()) != CONNECTION_OK) {
        throw ConnectionLost("PostgreSQL cannot be reached");
    }
    ask("LISTEN " + channel_);
    calls_.begin();
    listening_ = true;
    beat();
}

void PostgresqlListener::end() noexcept {
    listening_ = false;
    on_duty_ = false;
    connection_.reset();
    calls_.end();
}

void PostgresqlListener::listen() {
    for (;;) {
        hear_all();
        if (wait(PQsocket(connection_.get()), beat_every_ms)) {
            if (stopping()) return;
            if (PQconsumeInput(connection_.get()) == 0) throw ConnectionLost("connection lost");
        } else {
            beat();
        }
    }
}

void PostgresqlListener::hear_all() {
    bool heard = false;
    for (;;) {
        const Notification each{PQnotifies(connection_.get()), PQfreemem};
        if (!each) break;
        heard = heard || each->extra != own_;
    }
    if (heard) calls_.heard();
}

void PostgresqlListener::beat() {
    // Held by the session: when its server dies, PostgreSQL gives the lock to the next that asks.
    if (on_duty_) {
        ask("SELECT 1");
    } else {
        on_duty_ = ask("SELECT pg_try_advisory_lock(" + std::to_string(duty_lock) + ")");
    }
}

/// Runs a statement. @returns whether it gave `true`
bool PostgresqlListener::ask(const std::string& sql) {
    auto* connection = connection_.get();
    const auto deadline =
        std::chrono::steady_clock::now() + std::chrono::milliseconds{answer_within_ms};
    bool holds = false;
    if (PQsendQuery(connection, sql.c_str()) == 0) throw ConnectionLost("connection lost");
    for (;;) {
        while (PQisBusy(connection) != 0) {
            const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
                deadline - std::chrono::steady_clock::now());
            if (left.count() <= 0 || stopping() ||
                !wait(PQsocket(connection), static_cast<int>(left.count())) ||
                PQconsumeInput(connection) == 0) {
                throw ConnectionLost("PostgreSQL does not answer");
            }
        }
        const Result result{PQgetResult(connection), PQclear};
        if (!result) return holds;
        const auto status = PQresultStatus(result.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            throw ConnectionLost("PostgreSQL refuses to be listened to");
        }
        holds = PQntuples(result.get()) == 1 && PQgetvalue(result.get(), 0, 0)[0] == 't';
    }
}

/// Waits until the socket can be read or the listener is to stop. @returns whether one of them is
bool PostgresqlListener::wait(int socket, int limit_ms) {
    std::array<pollfd, 2> watched{{{stop_event_, POLLIN, 0}, {socket, POLLIN, 0}}};
    return poll(watched.data(), watched.size(), limit_ms) > 0;
}

}  // namespace hallpass::server
