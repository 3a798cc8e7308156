#include "store/gathered_reads.hpp"

#include <iterator>
#include <utility>

namespace hallpass::server {
namespace {

constexpr std::ptrdiff_t reads_at_once_max = 256;

}  // namespace

GatheredReads::GatheredReads(std::shared_ptr<const Engine> engine)
    : engine_(std::move(engine)), thread_([this] { run(); }) {}

GatheredReads::~GatheredReads() { stop(); }

void GatheredReads::stop() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void GatheredReads::add(ReadJob job) {
    std::unique_lock lock{mutex_};
    if (stopping_) {
        lock.unlock();
        return job.failed(StoreFault("the store has stopped"));
    }
    waiting_.push_back(std::move(job));
    lock.unlock();
    changed_.notify_one();
}

GatheredReads::Jobs GatheredReads::next() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return stopping_ || !waiting_.empty(); });
    if (std::ssize(waiting_) <= reads_at_once_max) return std::exchange(waiting_, {});
    const auto end = waiting_.begin() + reads_at_once_max;
    Jobs group{std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end)};
    waiting_.erase(waiting_.begin(), end);
    return group;
}

bool GatheredReads::any_waiting() {
    const std::lock_guard lock{mutex_};
    return !waiting_.empty();
}

void GatheredReads::run() {
    for (;;) {
        const auto jobs = next();
        if (jobs.empty()) return;
        read(jobs);
    }
}

void GatheredReads::read(const Jobs& jobs) {
    bool together = false;
    try {
        together = begin(jobs);
    } catch (const std::exception& fault) {
        connection_.reset();
        for (const auto& job : jobs) job.failed(fault);
        return;
    }
    for (const auto& job : jobs) {
        if (together && run_one(job)) continue;
        if (std::exchange(together, false)) undo();
        read_alone(job);
    }
    if (together) end();
}

bool GatheredReads::begin(const Jobs& jobs) {
    // One that was lost while it lay idle is replaced.
    for (bool last = connection_ == nullptr;; last = true) {
        try {
            if (!connection_) connection_ = std::make_unique<Connection>(engine_);
            connection_->begin_hurried_read();
            for (const auto& job : jobs) {
                connection_->foresee([&] { job.foresee(*connection_); });
            }
            if (connection_->settle()) return true;
            undo();
            return false;
        } catch (const ConnectionLost&) {
            connection_.reset();
            if (last) throw;
        } catch (const Spoiled&) {
            undo();
            return false;
        }
    }
}

void GatheredReads::undo() {
    connection_->rollback();
    if (!connection_->sound()) connection_.reset();
}

bool GatheredReads::run_one(const ReadJob& job) {
    try {
        job.work(*connection_);
    } catch (const Spoiled&) {
        return false;
    } catch (const std::exception& fault) {
        if (!connection_->sound()) return false;
        job.failed(fault);
    }
    return true;
}

void GatheredReads::end() {
    try {
        connection_->end_read();
        // Who comes next waits for it as well.
        if (any_waiting() || connection_->settle()) return;
    } catch (const std::exception&) {
        // All are answered. The next ones begin with another connection.
    } catch (const Spoiled&) {
        // As well.
    }
    connection_.reset();
}

void GatheredReads::read_alone(const ReadJob& job) {
    bool answered = false;
    try {
        if (!connection_) connection_ = std::make_unique<Connection>(engine_);
        connection_->begin_read();
        job.work(*connection_);
        answered = true;
        connection_->end_read();
    } catch (const std::exception& fault) {
        if (!answered) job.failed(fault);
        if (connection_) undo();
    }
}

}  // namespace hallpass::server
