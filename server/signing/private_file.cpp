#include "signing/private_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "signing/key_fault.hpp"

namespace hallpass::server {
namespace {

constexpr mode_t others = 077;
constexpr std::size_t file_max_bytes = 1024 * 1024;

class Handle {
  public:
    explicit Handle(int number) : number_(number) {}
    ~Handle() {
        if (number_ >= 0) ::close(number_);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    int number() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

  private:
    int number_;
};

KeyFault unwritable(const std::string& file) {
    return {KeyProblem::file_unwritable, "the file cannot be written: " + file};
}

bool write_all(int handle, std::string_view text) {
    while (!text.empty()) {
        const auto written = ::write(handle, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(handle) == 0;
}

void sync_folder_of(const std::string& file) {
    const auto slash = file.find_last_of('/');
    const auto folder = slash == std::string::npos ? std::string{"."} : file.substr(0, slash + 1);
    const Handle handle{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    if (!handle || ::fsync(handle.number()) != 0) throw unwritable(file);
}

void check_secure(int handle, const std::string& file) {
    struct stat info {};
    if (::fstat(handle, &info) != 0 || !S_ISREG(info.st_mode)) {
        throw KeyFault{KeyProblem::file_insecure, "this is no plain file: " + file};
    }
    if (info.st_uid != ::geteuid()) {
        throw KeyFault{
            KeyProblem::file_insecure,
            "the file belongs to another user; chown it to the one that runs hallpassd: " + file};
    }
    if ((info.st_mode & others) != 0) {
        throw KeyFault{KeyProblem::file_insecure,
                       "the file is open to others; set its mode to 0600: " + file};
    }
}

}  // namespace

std::string read_private_file(const std::string& file) {
    // Not through a link, and never waiting for the other end of a pipe.
    const Handle handle{::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)};
    if (!handle && errno == ELOOP) {
        throw KeyFault{KeyProblem::file_insecure, "this is a link; name the file itself: " + file};
    }
    if (!handle) {
        throw KeyFault{KeyProblem::file_unreadable, "the file cannot be read: " + file};
    }
    check_secure(handle.number(), file);
    std::string text;
    char part[4096];
    for (;;) {
        const auto size = ::read(handle.number(), part, sizeof part);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) {
            throw KeyFault{KeyProblem::file_unreadable, "the file cannot be read: " + file};
        }
        if (size == 0) return text;
        text.append(part, static_cast<std::size_t>(size));
        if (text.size() > file_max_bytes) {
            throw KeyFault{KeyProblem::file_malformed, "the file is too large: " + file};
        }
    }
}

void write_private_file(const std::string& file, const std::string& text) {
    const auto fresh = file + ".new";
    ::unlink(fresh.c_str());  // of a crash before
    {
        const Handle handle{::open(fresh.c_str(),
                                   O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                                   S_IRUSR | S_IWUSR)};
        if (!handle || !write_all(handle.number(), text)) {
            ::unlink(fresh.c_str());
            throw unwritable(file);
        }
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0) {
        ::unlink(fresh.c_str());
        throw unwritable(file);
    }
    sync_folder_of(file);
}

void create_private_file(const std::string& file, const std::string& text) {
    const Handle handle{::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               S_IRUSR | S_IWUSR)};
    if (!handle && errno == EEXIST) {
        throw KeyFault{KeyProblem::output_exists,
                       "the file is there already; name another one: " + file};
    }
    if (!handle || !write_all(handle.number(), text)) throw unwritable(file);
    sync_folder_of(file);
}

PrivateFileLock::PrivateFileLock(const std::string& file)
    : handle_(::open((file + ".lock").c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
                     S_IRUSR | S_IWUSR)) {
    if (handle_ < 0) throw unwritable(file + ".lock");
    while (::flock(handle_, LOCK_EX) != 0) {
        if (errno == EINTR) continue;
        ::close(handle_);
        throw unwritable(file + ".lock");
    }
}

PrivateFileLock::~PrivateFileLock() { ::close(handle_); }

}  // namespace hallpass::server
