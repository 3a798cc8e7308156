#include "signing/signing_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "signing/key_fault.hpp"

// glibc before 2.37 forgot to say that this is C.
extern "C" {
#include <sys/syscall.h>
}

namespace hallpass::server {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t signature_max_bytes = 1024;
constexpr const char* search_path = "PATH=/usr/local/bin:/usr/bin:/bin";

KeyFault failed(const std::string& why) {
    return {KeyProblem::command_failed, "the signing command " + why};
}

class Descriptor {
  public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    void close() {
        if (number_ >= 0) ::close(std::exchange(number_, -1));
    }
    int number() const { return number_; }

  private:
    int number_;
};

/// What the child reads: a file in memory, so that nobody ever waits for it to read.
int input_of(std::string_view bytes) {
    const int file = ::memfd_create("to-sign", MFD_CLOEXEC);
    if (file < 0) throw failed("cannot be given its input");
    while (!bytes.empty()) {
        const auto written = ::write(file, bytes.data(), bytes.size());
        if (written <= 0) {
            ::close(file);
            throw failed("cannot be given its input");
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(file, 0, SEEK_SET);
    return file;
}

struct SpawnSettings {
    posix_spawn_file_actions_t actions{};
    posix_spawnattr_t attributes{};

    SpawnSettings(int input, int output) {
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
        posix_spawnattr_init(&attributes);
        // The server's threads block signals; the command starts as any program does.
        sigset_t none, all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnSettings() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
};

/// A running command; none is left behind, however this ends.
class Child {
  public:
    Child(const std::vector<std::string>& arguments, int input, int output) {
        std::vector<char*> texts;
        texts.reserve(arguments.size() + 1);
        // posix_spawn takes them as char*, so it gets copies.
        auto copies = arguments;
        for (auto& each : copies) texts.push_back(each.data());
        texts.push_back(nullptr);
        std::string path{search_path};
        std::array<char*, 2> environment{path.data(), nullptr};
        const SpawnSettings settings{input, output};
        if (::posix_spawn(&id_, texts.front(), &settings.actions, &settings.attributes,
                          texts.data(), environment.data()) != 0) {
            throw failed("cannot be started");
        }
    }
    ~Child() {
        if (ended_) return;
        ::kill(-id_, SIGKILL);
        int ignored = 0;
        while (::waitpid(id_, &ignored, 0) < 0 && errno == EINTR) {
        }
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    pid_t id() const { return id_; }
    /// @returns whether it ended well
    bool reap() {
        int status = 0;
        while (::waitpid(id_, &status, 0) < 0) {
            if (errno != EINTR) return false;
        }
        ended_ = true;
        return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }

  private:
    pid_t id_ = 0;
    bool ended_ = false;
};

/// Waits until there is something at `file`. @returns false once the time is up
bool wait_for(int file, Steady::time_point deadline) {
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
        if (left <= 0) return false;
        pollfd one{file, POLLIN, 0};
        const int ready = ::poll(&one, 1, static_cast<int>(left));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

std::string read_output(int file, Steady::time_point deadline) {
    std::string output;
    std::array<char, signature_max_bytes> part{};
    for (;;) {
        if (!wait_for(file, deadline)) throw failed("took too long");
        const auto size = ::read(file, part.data(), part.size());
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) throw failed("cannot be read");
        if (size == 0) return output;
        output.append(part.data(), static_cast<std::size_t>(size));
        if (output.size() > signature_max_bytes) throw failed("wrote more than a signature");
    }
}

}  // namespace

std::string SigningCommand::run(std::string_view input) const {
    const auto deadline = Steady::now() + timeout;
    const Descriptor in{input_of(input)};
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw failed("cannot be started");
    const Descriptor out{ends[0]};
    Descriptor written{ends[1]};
    Child child{arguments, in.number(), written.number()};
    written.close();
    auto output = read_output(out.number(), deadline);
    // By its number: the C library declares it for C alone.
    const Descriptor process{static_cast<int>(::syscall(SYS_pidfd_open, child.id(), 0))};
    if (process.number() < 0 || !wait_for(process.number(), deadline)) {
        throw failed("took too long");
    }
    if (!child.reap()) throw failed("failed");
    return output;
}

}  // namespace hallpass::server
