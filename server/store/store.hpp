#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "clock.hpp"
#include "events/live_event.hpp"
#include "store/commit_listener.hpp"
#include "store/connection.hpp"
#include "store/gathered_reads.hpp"
#include "store/transaction.hpp"

namespace hallpass::server {

/// A change and what to tell its caller.
struct WriteJob {
    /// @returns whether to keep the change; false undoes this job alone. Called again where this or
    /// another job of its group is to be undone, and where PostgreSQL was lost before the commit or
    /// asks for the transaction anew.
    std::function<bool(Transaction&)> work;
    /// Called once, from the writer's thread, after the commit (`durable`) or when it failed.
    std::function<void(bool durable)> done;
    /// Looks up what `work` will, as far as that is known before: it finds nothing. Called from the
    /// writer's thread, where that gains something (`gathers`).
    std::function<void(Connection&)> foresee = nullptr;
};

/// The database: one writer thread whose queued jobs share commits, and a pool of readers, as many
/// as there are threads that read. Servers that share a PostgreSQL write one after the other.
class Store {
  public:
    /// Opens, migrates and starts the writer. @throws StoreFault
    /// @param url `sqlite:FILE` or `postgresql://…`
    Store(const std::string& url, const Clock& clock);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    /// Queues a change. `done(false)` comes at once where the queue is full or the store stops.
    void write(WriteJob job);
    /// As `write`, and waits. @throws StoreFault where it did not become durable
    void write_now(const std::function<void(Transaction&)>& work);

    /// Runs `work` on a reader's connection, in one snapshot. @throws StoreFault
    template <class Work>
    auto read(Work work) {
        const Reader reader{*this};
        return work(reader.connection());
    }

    /// As `read`, at some later time from another thread, together with others that wait as well:
    /// for what is asked for often, where that gains by it (`gathers`). It fails at once where the
    /// store has stopped.
    void read_with_others(ReadJob job) { gathered_reads_->add(std::move(job)); }
    bool gathers() const { return gathered_reads_ != nullptr; }

    /// Grows with every recorded change, whichever process made it: what was computed at one number
    /// holds while it stays the same. Read from the database, so never behind it.
    /// @throws StoreFault
    std::int64_t change_number();

    /// Whether other servers may work on the same database.
    bool shared() const { return engine_->shared(); }
    /// Called from the writer's thread with the events of a commit, before its jobs' `done`.
    void on_commit(std::function<void(std::vector<LiveEvent>)> listener) {
        listener_ = std::move(listener);
    }
    /// Of a shared store: hears of other servers' commits until `stop`. @throws StoreFault
    void listen(CommitCalls calls);
    /// Whether every commit is heard: always, where the store is not shared.
    bool hears() const { return !commit_listener_ || commit_listener_->listening(); }
    /// Whether this server is the one that does what one does for all, such as the sweep.
    bool on_duty() const { return !commit_listener_ || commit_listener_->on_duty(); }

    /// From now on, every announced change is put into the outbox in its own transaction.
    void keep_outbox() { keeps_outbox_ = true; }

    /// Finishes what is queued and refuses more.
    void stop();

  private:
    class Reader {
      public:
        explicit Reader(Store& store);
        ~Reader();
        Reader(const Reader&) = delete;
        Reader& operator=(const Reader&) = delete;
        Connection& connection() const { return *connection_; }

      private:
        Store& store_;
        std::unique_ptr<Connection> connection_;
    };
    std::unique_ptr<Connection> idle_reader();

    enum class GroupEnd { durable, failed, again, undone };
    /// What a job that is not kept takes with it: itself, or at first the whole group.
    enum class Undo { one, all };
    void run_writer();
    std::vector<WriteJob> next_group();
    void commit_group(std::vector<WriteJob> jobs);
    GroupEnd try_group(std::vector<WriteJob>& jobs, std::vector<LiveEvent>& events, Undo undo);
    /// @returns false where the group must be undone for the job's sake
    bool run_one(WriteJob& job, std::vector<LiveEvent>& events, Undo undo);
    void announce(const std::vector<LiveEvent>& events);

    const std::string id_;
    const std::shared_ptr<const Engine> engine_;
    const Clock& clock_;
    std::unique_ptr<Connection> writer_connection_;
    RecordTree tree_;
    TransactionGroup group_;  ///< of the writer's thread
    std::function<void(std::vector<LiveEvent>)> listener_;
    bool keeps_outbox_ = false;

    std::mutex readers_mutex_;
    std::vector<std::unique_ptr<Connection>> idle_readers_;

    std::mutex queue_mutex_;
    std::condition_variable queue_changed_;
    std::deque<WriteJob> queue_;
    bool stopping_ = false;
    std::thread writer_;
    std::unique_ptr<CommitListener> commit_listener_;
    std::unique_ptr<GatheredReads> gathered_reads_;
};

}  // namespace hallpass::server
