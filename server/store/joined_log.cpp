#include "store/joined_log.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <new>
#include <vector>

namespace hallpass::server {
namespace {

using namespace sqlite_api;

// SQLite's own file for Unix looks at no more than seventeen bits of a size.
constexpr std::size_t joined_max = (std::size_t{1} << 17) - 1;

/// The log, as SQLite sees it. The system's own file lies behind it in the same memory, which is
/// SQLite's.
struct JoinedLog : sqlite3_file {
    std::vector<char>* waiting;  ///< what follows each other in the file from `from` on
    sqlite3_int64 from;
    bool joins;  ///< else nothing waits

    static JoinedLog& of(sqlite3_file* file) { return *static_cast<JoinedLog*>(file); }
    sqlite3_file* system() { return reinterpret_cast<sqlite3_file*>(this + 1); }

    /// What cannot be written is dropped: whoever asked for it is told, and the commit fails.
    int write_waiting() {
        if (waiting->empty()) return SQLITE_OK;
        const int result = system()->pMethods->xWrite(system(), waiting->data(),
                                                      static_cast<int>(waiting->size()), from);
        waiting->clear();
        return result;
    }
};

/// Does something to the file that must see what was written.
template <auto method, class... Arguments>
int after_writing(sqlite3_file* file, Arguments... arguments) {
    auto& log = JoinedLog::of(file);
    if (const int result = log.write_waiting(); result != SQLITE_OK) return result;
    return (log.system()->pMethods->*method)(log.system(), arguments...);
}
/// Does something to the file that has nothing to do with what is in it.
template <auto method, class... Arguments>
int at_once(sqlite3_file* file, Arguments... arguments) {
    auto* const system = JoinedLog::of(file).system();
    return (system->pMethods->*method)(system, arguments...);
}

int write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 at) {
    auto& log = JoinedLog::of(file);
    auto& waiting = *log.waiting;
    const auto size = static_cast<std::size_t>(count);
    if (!log.joins) return log.system()->pMethods->xWrite(log.system(), bytes, count, at);
    const bool follows = at == log.from + static_cast<sqlite3_int64>(waiting.size());
    if (!follows || waiting.size() + size > joined_max) {
        if (const int result = log.write_waiting(); result != SQLITE_OK) return result;
    }
    if (size > joined_max) return log.system()->pMethods->xWrite(log.system(), bytes, count, at);
    if (waiting.empty()) log.from = at;
    try {
        const auto* const first = static_cast<const char*>(bytes);
        waiting.insert(waiting.end(), first, first + size);
    } catch (const std::bad_alloc&) {
        return SQLITE_IOERR_NOMEM;
    }
    return SQLITE_OK;
}

int close(sqlite3_file* file) {
    auto& log = JoinedLog::of(file);
    delete log.waiting;
    return log.system()->pMethods->xClose(log.system());
}

constexpr sqlite3_io_methods joined_methods = [] {
    sqlite3_io_methods methods{};
    methods.iVersion = 1;  // a log is neither mapped nor shared as memory
    methods.xClose = close;
    methods.xRead = after_writing<&sqlite3_io_methods::xRead, void*, int, sqlite3_int64>;
    methods.xWrite = write;
    methods.xTruncate = after_writing<&sqlite3_io_methods::xTruncate, sqlite3_int64>;
    methods.xSync = after_writing<&sqlite3_io_methods::xSync, int>;
    methods.xFileSize = after_writing<&sqlite3_io_methods::xFileSize, sqlite3_int64*>;
    methods.xLock = at_once<&sqlite3_io_methods::xLock, int>;
    methods.xUnlock = at_once<&sqlite3_io_methods::xUnlock, int>;
    methods.xCheckReservedLock = at_once<&sqlite3_io_methods::xCheckReservedLock, int*>;
    methods.xFileControl = at_once<&sqlite3_io_methods::xFileControl, int, void*>;
    methods.xSectorSize = at_once<&sqlite3_io_methods::xSectorSize>;
    methods.xDeviceCharacteristics = at_once<&sqlite3_io_methods::xDeviceCharacteristics>;
    return methods;
}();

/// The system's files, but for the log.
struct JoinedFiles : sqlite3_vfs {
    sqlite3_vfs* system;
};

int open(sqlite3_vfs* files, const char* name, sqlite3_file* file, int flags, int* given) {
    auto* const system = static_cast<JoinedFiles*>(files)->system;
    if ((flags & SQLITE_OPEN_WAL) == 0) return system->xOpen(system, name, file, flags, given);
    auto& log = JoinedLog::of(file);
    file->pMethods = nullptr;  // nothing to close
    log.joins = false;
    log.waiting = new (std::nothrow) std::vector<char>;
    if (log.waiting == nullptr) return SQLITE_NOMEM;
    const int result = system->xOpen(system, name, log.system(), flags, given);
    if (result != SQLITE_OK) {
        delete log.waiting;
        return result;
    }
    file->pMethods = &joined_methods;
    return SQLITE_OK;
}

bool install() {
    auto* const system = sqlite3_vfs_find(nullptr);
    if (system == nullptr) return false;
    static JoinedFiles joined{*system, system};
    joined.pNext = nullptr;
    joined.zName = "hallpass";
    joined.szOsFile += static_cast<int>(sizeof(JoinedLog));
    joined.xOpen = open;
    return sqlite3_vfs_register(&joined, 1) == SQLITE_OK;
}

/// The log of the connection's database; nothing where it has none that joins.
sqlite3_file* joined_log_of(sqlite3* connection) {
    sqlite3_file* file = nullptr;
    sqlite3_file_control(connection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    return file != nullptr && file->pMethods == &joined_methods ? file : nullptr;
}

}  // namespace

void join_log_writes() {
    static const bool installed = install();
    static_cast<void>(installed);  // who refuses writes each page for itself
}

JoinedCommit::JoinedCommit(sqlite3* connection) : log_(joined_log_of(connection)) {
    if (log_ != nullptr) JoinedLog::of(log_).joins = true;
}

JoinedCommit::~JoinedCommit() {
    if (log_ == nullptr) return;
    auto& log = JoinedLog::of(log_);
    log.joins = false;
    log.waiting->clear();
}

}  // namespace hallpass::server
