#include "store/sqlite_log.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <system_error>

namespace hallpass::server {
namespace {

using sqlite_api::sqlite3;

// 16 MiB: a page that many changes touched is copied once. The writer does its part, which takes a
// sync of the database file, when there are 64, unless a pause has spared it that.
constexpr int pages_a_copy = 4000, pages_max = 16'000;

}  // namespace

SqliteLog::SqliteLog(std::string file) : file_(std::move(file)), copy_at_(pages_a_copy) {}

SqliteLog::~SqliteLog() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock{mutex_};
        state_ = State::ending;
    }
    changed_.notify_one();
    thread_.join();
}

void SqliteLog::watch(sqlite3* connection) {
    sqlite_api::sqlite3_wal_hook(connection, &SqliteLog::committed, this);
}

int SqliteLog::committed(void* self, sqlite3* connection, const char*, int pages) {
    static_cast<SqliteLog*>(self)->committed(connection, pages);
    return SQLITE_OK;
}

void SqliteLog::committed(sqlite3* connection, int pages) {
    std::unique_lock lock{mutex_};
    if (state_ == State::copied) {
        state_ = State::idle;
        if (pages < pages_max) return;
        lock.unlock();
        // What is left; where a reader needs the log still, it grows on until the next time.
        sqlite_api::sqlite3_wal_checkpoint_v2(connection, nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                              nullptr, nullptr);
        return;
    }
    if (pages < pages_a_copy) copy_at_ = pages_a_copy;  // it began anew
    if (state_ != State::idle || pages < copy_at_) return;
    copy_at_ = pages + pages_a_copy;
    state_ = State::asked;
    try {
        if (!thread_.joinable()) thread_ = std::thread{[this] { run(); }};
    } catch (const std::system_error&) {
        // The change is durable, whatever becomes of the log: the writer copies all of it.
        state_ = State::copied;
        return;
    }
    lock.unlock();
    changed_.notify_one();
}

void SqliteLog::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [&] { return state_ == State::asked || state_ == State::ending; });
        if (state_ == State::ending) return;
        lock.unlock();
        copy();
        lock.lock();
        if (state_ == State::asked) state_ = State::copied;
    }
}

void SqliteLog::copy() const {
    sqlite3* opened = nullptr;
    const int result =
        sqlite_api::sqlite3_open_v2(file_.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection{opened, sqlite_api::sqlite3_close};
    // Nothing knows of the log before the file was read.
    if (result != SQLITE_OK ||
        sqlite_api::sqlite3_exec(opened, "PRAGMA synchronous=FULL; PRAGMA schema_version", nullptr,
                                 nullptr, nullptr) != SQLITE_OK ||
        sqlite_api::sqlite3_wal_checkpoint_v2(opened, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr,
                                              nullptr) != SQLITE_OK) {
        // The writer's own part makes up for it.
        spdlog::warn("the database's log could not be copied beside the writer");
    }
}

}  // namespace hallpass::server
