#include "store/store.hpp"

#include <spdlog/spdlog.h>

#include <future>

#include "random.hpp"
#include "store/migrations.hpp"

namespace hallpass::server {
namespace {

constexpr std::size_t group_max = 256;
constexpr std::size_t queue_max = 20'000;
constexpr int attempts_max = 3;
// The channel on which every commit is announced.
constexpr const char* commits_channel = "hallpass_commits";

/// Asks at once for what a group's changes are known to look up.
void foresee(const std::vector<WriteJob>& jobs, Connection& connection) {
    connection.foresee([&] { RecordTree::foresee(connection); });
    for (const auto& job : jobs) {
        if (job.foresee) connection.foresee([&] { job.foresee(connection); });
    }
    if (!connection.settle()) throw Spoiled{};
}

}  // namespace

Store::Store(const std::string& url, const Clock& clock)
    : id_(random_id("server_")), engine_(Engine::of(url)), clock_(clock) {
    writer_connection_ = std::make_unique<Connection>(engine_);
    migrate(*writer_connection_);
    if (shared()) gathered_reads_ = std::make_unique<GatheredReads>(engine_);
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
    if (commit_listener_) commit_listener_->stop();
    // No answer leaves after this: whom it goes to may be gone. Neither of the two above waits for
    // a read, and no read waits for them.
    if (gathered_reads_) gathered_reads_->stop();
}

void Store::listen(CommitCalls calls) {
    commit_listener_ = engine_->listen(commits_channel, id_, std::move(calls));
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
               failure = nullptr;
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

bool Store::run_one(WriteJob& job, std::vector<LiveEvent>& events, Undo undo) {
    auto& connection = *writer_connection_;
    if (undo == Undo::one) connection.execute("SAVEPOINT job");
    const auto marks = connection.marks();
    Transaction transaction{connection, tree_, clock_.now(), keeps_outbox_, group_};
    bool keep = false;
    try {
        keep = job.work(transaction);
    } catch (const std::exception& fault) {
        // A job answers for its own faults; one that escapes undoes that job alone.
        spdlog::error("a change failed: {}", fault.what());
    }
    // Whatever the job made of it: without the connection, or in conflict, no job can be kept.
    if (!connection.sound() || connection.ended_by_itself()) {
        throw StoreFault("the transaction cannot go on");
    }
    if (connection.spoiled()) throw Spoiled{};
    const bool left_marks = connection.marks() != marks;
    if (undo == Undo::all && !keep && left_marks) return false;
    if (undo == Undo::one) {
        if (!keep) connection.execute("ROLLBACK TO job");
        connection.execute("RELEASE job");
    }
    if (!keep && left_marks) {
        tree_.doubt();
        ++group_.undone;
    }
    if (keep) {
        for (auto& event : transaction.take_events()) events.push_back(std::move(event));
    }
    return true;
}

void Store::commit_group(std::vector<WriteJob> jobs) {
    std::vector<LiveEvent> events;
    // A savepoint costs a copy of each page that its job changes, and hardly any job is undone:
    // only where one is to be, the group begins again with a savepoint for each, and waits for each
    // statement.
    auto undo = Undo::all;
    auto end = GroupEnd::again;
    for (int attempt = 0; attempt < attempts_max && end == GroupEnd::again; ++attempt) {
        events.clear();
        ++group_.number;
        end = try_group(jobs, events, undo);
        if (end != GroupEnd::durable) ++group_.undone;
        if (end == GroupEnd::undone) {
            undo = Undo::one;
            end = GroupEnd::again;
            --attempt;
        }
    }
    const bool durable = end == GroupEnd::durable;
    if (durable && listener_ && !events.empty()) listener_(std::move(events));
    for (auto& job : jobs) job.done(durable);
}

Store::GroupEnd Store::try_group(std::vector<WriteJob>& jobs, std::vector<LiveEvent>& events,
                                 Undo undo) {
    bool committing = false;
    try {
        if (!writer_connection_) {
            ++group_.connection;
            writer_connection_ = std::make_unique<Connection>(engine_);
        }
        tree_.doubt();  // others may have written, or our own group was undone
        if (undo == Undo::all) {
            writer_connection_->begin_hurried_write();
            foresee(jobs, *writer_connection_);
        } else {
            writer_connection_->begin_write();
        }
        for (auto& job : jobs) {
            if (run_one(job, events, undo)) continue;
            writer_connection_->rollback();
            return GroupEnd::undone;
        }
        announce(events);
        if (!writer_connection_->settle()) throw Spoiled{};
        committing = true;
        writer_connection_->commit();
        return GroupEnd::durable;
    } catch (const TransactionConflict&) {
        // Undone for certain, even where it came from COMMIT itself.
        writer_connection_->rollback();
        return GroupEnd::again;
    } catch (const Spoiled&) {
        writer_connection_->rollback();
        return GroupEnd::undone;
    } catch (const std::exception& fault) {
        spdlog::error("the store could not commit: {}", fault.what());
    }
    if (!writer_connection_) return GroupEnd::failed;
    const bool lost_earlier = !committing && !writer_connection_->sound();
    writer_connection_->rollback();
    if (!writer_connection_->sound()) writer_connection_.reset();
    // Lost with COMMIT under way, the group may be durable: running it again could double it.
    return lost_earlier ? GroupEnd::again : GroupEnd::failed;
}

void Store::announce(const std::vector<LiveEvent>& events) {
    if (!shared() || events.empty()) return;
    // What happened, each server reads from the record.
    writer_connection_->put("SELECT pg_notify(:channel, :own)",
                            {{"channel", commits_channel}, {"own", id_}});
}

std::unique_ptr<Connection> Store::idle_reader() {
    const std::lock_guard lock{readers_mutex_};
    if (idle_readers_.empty()) return nullptr;
    auto connection = std::move(idle_readers_.back());
    idle_readers_.pop_back();
    return connection;
}

Store::Reader::Reader(Store& store) : store_(store) {
    // Those that were lost while they lay idle are given up one by one.
    while ((connection_ = store_.idle_reader())) {
        try {
            connection_->begin_read();
            return;
        } catch (const ConnectionLost&) {
            connection_.reset();
        }
    }
    connection_ = std::make_unique<Connection>(store_.engine_);
    connection_->begin_read();
}

Store::Reader::~Reader() {
    try {
        if (!connection_->sound()) return;
        connection_->end_read();
        const std::lock_guard lock{store_.readers_mutex_};
        store_.idle_readers_.push_back(std::move(connection_));
    } catch (const std::exception& fault) {
        spdlog::error("a reader was given up: {}", fault.what());
    }
}

}  // namespace hallpass::server
