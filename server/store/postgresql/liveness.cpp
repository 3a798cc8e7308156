#include "store/postgresql/liveness.hpp"

#include <libpq-events.h>
#include <libpq-fe.h>
#include <poll.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

#include "store/fault.hpp"

namespace hallpass::server {
namespace {

using namespace std::chrono_literals;

// How much longer than PostgreSQL itself gives a statement: its own limit comes first.
constexpr auto longer_than_statements = 2s;
// For what a connection begins with, before it is known how long its statements may take.
constexpr std::chrono::milliseconds beginning_within = 3s;
constexpr auto try_every = 250ms;
// A server that refuses does so at once; who waited as long was not heard.
constexpr auto refused_within = 1s;

// Names what libpq keeps for us with a connection; of its events none matters.
int of_no_matter(PGEventId, void*, void*) { return 1; }

Liveness* liveness_of(const PGconn* connection) {
    return static_cast<Liveness*>(PQinstanceData(connection, of_no_matter));
}

/// Has libpq find the connection lost, whatever it waits for.
void cut(PGconn* connection) { shutdown(PQsocket(connection), SHUT_RDWR); }

/// How much of the time until `due` is left, as poll takes it.
int milliseconds_to(std::chrono::steady_clock::time_point due) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(due - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT_MAX));
}

}  // namespace

void Liveness::limit_statements(std::chrono::milliseconds limit) {
    answer_within_ms_ = limit.count() == 0 ? 0 : (limit + longer_than_statements) / 1ms;
}

void Liveness::hung(Moment since) noexcept {
    if (since < connected_at_.load()) return;
    again_at_ = std::chrono::steady_clock::now() + try_every;
    if (!hangs_.exchange(true)) spdlog::error("PostgreSQL does not answer: it hangs");
}

Liveness::Attempt::Attempt(Liveness& liveness)
    : liveness_(liveness), begun_(std::chrono::steady_clock::now()) {
    if (!liveness_.hangs()) return;
    alone_ = std::unique_lock{liveness_.trying_, std::try_to_lock};
    if (!alone_ || begun_ < liveness_.again_at_.load()) {
        throw ConnectionLost("PostgreSQL does not answer");
    }
}

Liveness::Attempt::~Attempt() {
    if (!succeeded_ && std::chrono::steady_clock::now() - begun_ >= refused_within) {
        liveness_.hung(begun_);
    }
}

void Liveness::Attempt::succeeded() noexcept {
    succeeded_ = true;
    liveness_.connected_at_ = std::chrono::steady_clock::now();
    if (liveness_.hangs_.exchange(false)) spdlog::info("PostgreSQL answers again");
}

void watch(pg_conn* connection, Liveness& liveness) {
    if (PQregisterEventProc(connection, of_no_matter, "hallpass", nullptr) == 0 ||
        PQsetInstanceData(connection, of_no_matter, &liveness) == 0) {
        throw StoreFault("there is no memory for a connection to PostgreSQL");
    }
}

bool begin_statement(pg_conn* connection) {
    if (PQpipelineStatus(connection) != PQ_PIPELINE_OFF) return false;
    if (PQsetnonblocking(connection, 1) != 0) return false;
    const auto* liveness = liveness_of(connection);
    if (liveness != nullptr && liveness->hangs()) cut(connection);
    return true;
}

void await_result(pg_conn* connection) {
    auto* liveness = liveness_of(connection);
    const auto within = liveness == nullptr ? beginning_within : liveness->answer_within();
    const auto begun = std::chrono::steady_clock::now();
    const auto due = begun + within;
    for (;;) {
        const int unsent = PQflush(connection);
        if (unsent < 0 || (unsent == 0 && PQisBusy(connection) == 0)) return;
        pollfd socket{PQsocket(connection), POLLIN, 0};
        if (unsent > 0) socket.events |= POLLOUT;
        const int ready = poll(&socket, 1, within.count() == 0 ? -1 : milliseconds_to(due));
        if (ready == 0 && liveness != nullptr) liveness->hung(begun);
        if (ready == 0 || (ready < 0 && errno != EINTR)) return cut(connection);
        const bool came = ready > 0 && (socket.revents & ~POLLOUT) != 0;
        if (came && PQconsumeInput(connection) == 0) return;
    }
}

}  // namespace hallpass::server
