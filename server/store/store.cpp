#include "store/store.hpp"

#include <spdlog/spdlog.h>

#include <future>

#include "store/migrations.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t group_max = 256;
constexpr std::size_t queue_max = 20'000;

}  // namespace

Store::Store(std::string url, const Clock& clock) : url_(std::move(url)), clock_(clock) {
    writer_connection_ = std::make_unique<Connection>(url_);
    migrate(*writer_connection_);
    writer_ = std::thread{[this] { run_writer(); }};
}

Store::~Store() { stop(); }

void Store::stop() {
    {
        const std::lock_guard lock{queue_mutex_};
        stopping_ = true;
    }
    queue_changed_.notify_all();
    if (writer_.joinable()) writer_.join();
}

void Store::write(WriteJob job) {
    std::unique_lock lock{queue_mutex_};
    if (stopping_ || queue_.size() >= queue_max) {
        lock.unlock();
        return job.done(false);
    }
    queue_.push_back(std::move(job));
    lock.unlock();
    queue_changed_.notify_one();
}

void Store::write_now(const std::function<void(Transaction&)>& work) {
    std::promise<bool> finished;
    std::exception_ptr failure;
    write({[&](Transaction& transaction) {
               try {
                   work(transaction);
                   return true;
               } catch (...) {
                   failure = std::current_exception();
                   return false;
               }
           },
           [&](bool durable) { finished.set_value(durable); }});
    const bool durable = finished.get_future().get();
    if (failure) std::rethrow_exception(failure);
    if (!durable) throw StoreFault("the change could not be made durable");
}

std::int64_t Store::change_number() {
    return read([](Connection& connection) {
        return connection.number("SELECT COALESCE(MAX(sequence), 0) FROM record");
    });
}

void Store::run_writer() {
    for (;;) {
        auto jobs = next_group();
        if (jobs.empty()) return;
        commit_group(std::move(jobs));
    }
}

std::vector<WriteJob> Store::next_group() {
    std::unique_lock lock{queue_mutex_};
    queue_changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    std::vector<WriteJob> jobs;
    while (!queue_.empty() && jobs.size() < group_max) {
        jobs.push_back(std::move(queue_.front()));
        queue_.pop_front();
    }
    return jobs;
}

void Store::run_one(WriteJob& job, std::vector<LiveEvent>& events) {
    auto& connection = *writer_connection_;
    connection.execute("SAVEPOINT job");
    Transaction transaction{connection, clock_.now(), keeps_outbox_};
    bool keep = false;
    try {
        keep = job.work(transaction);
    } catch (const std::exception& fault) {
        // A job answers for its own faults; one that escapes undoes that job alone.
        spdlog::error("a change failed: {}", fault.what());
    }
    if (!keep) connection.execute("ROLLBACK TO job");
    connection.execute("RELEASE job");
    if (keep) {
        for (auto& event : transaction.take_events()) events.push_back(std::move(event));
    }
}

void Store::commit_group(std::vector<WriteJob> jobs) {
    std::vector<LiveEvent> events;
    bool durable = false;
    try {
        writer_connection_->execute("BEGIN IMMEDIATE");
        for (auto& job : jobs) run_one(job, events);
        writer_connection_->execute("COMMIT");
        durable = true;
    } catch (const std::exception& fault) {
        spdlog::error("the store could not commit: {}", fault.what());
        try {
            writer_connection_->execute("ROLLBACK");
        } catch (const std::exception&) {
            // SQLite has rolled back by itself already, or the connection is gone; both end the
            // transaction.
        }
    }
    if (durable && listener_ && !events.empty()) listener_(std::move(events));
    for (auto& job : jobs) job.done(durable);
}

Store::Reader::Reader(Store& store) : store_(store) {
    {
        const std::lock_guard lock{store_.readers_mutex_};
        if (!store_.idle_readers_.empty()) {
            connection_ = std::move(store_.idle_readers_.back());
            store_.idle_readers_.pop_back();
        }
    }
    if (!connection_) connection_ = std::make_unique<Connection>(store_.url_);
    connection_->execute("BEGIN");
}

Store::Reader::~Reader() {
    try {
        connection_->execute("COMMIT");
        const std::lock_guard lock{store_.readers_mutex_};
        store_.idle_readers_.push_back(std::move(connection_));
    } catch (const std::exception& fault) {
        spdlog::error("a reader was given up: {}", fault.what());
    }
}

}  // namespace hallpass::server
