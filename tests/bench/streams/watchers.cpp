// Many readers of GET /api/v1/events in one process: watchers PORT FILE opens one stream for each
// line of the file, a bearer token. It prints "open N" once all are open. For each "WORD WORD
// NUMBER" on standard input it waits until the streams concerned have had an event with both words:
// those whose line ends in " *", and the one with that number. It prints
// {"seen":…,"wanted":…,"lastNs":…}: how many, of how many, and when the last one had it, on the
// system's monotonic clock.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::size_t opened_at_once = 64;
constexpr std::chrono::seconds patience{20};

struct Stream {
    int socket = -1;
    bool always = false, open = false, seen = false;
    std::string received;
};

class Watchers {
  public:
    Watchers(std::uint16_t port, const std::string& file) : poll_(::epoll_create1(EPOLL_CLOEXEC)) {
        std::ifstream lines{file};
        for (std::string line; std::getline(lines, line);) {
            const bool always = line.ends_with(" *");
            if (always) line.resize(line.size() - 2);
            // So many under way: the server's queue of new connections is not what is measured.
            while (streams_.size() - open_ >= opened_at_once) look();
            connect(port, line, always);
        }
        while (open_ < streams_.size()) look();
    }
    std::size_t size() const { return streams_.size(); }

    /// @param by the number of one more stream that is waited for
    void wait_for(const std::string& first, const std::string& second, std::size_t by) {
        first_ = first;
        second_ = second;
        seen_ = wanted_ = 0;
        for (std::size_t at = 0; at < streams_.size(); ++at) {
            auto& stream = streams_[at];
            stream.seen = !stream.always && at != by;
            if (!stream.seen) ++wanted_;
        }
        const auto give_up = std::chrono::steady_clock::now() + patience;
        while (seen_ < wanted_ && std::chrono::steady_clock::now() < give_up) look();
        std::printf("{\"seen\":%zu,\"wanted\":%zu,\"lastNs\":%lld}\n", seen_, wanted_,
                    static_cast<long long>(last_.time_since_epoch().count()));
        std::fflush(stdout);
    }

  private:
    void connect(std::uint16_t port, const std::string& bearer, bool always) {
        Stream stream;
        stream.always = always;
        stream.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (stream.socket < 0 ||
            ::connect(stream.socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
                0) {
            throw std::runtime_error("a stream cannot be opened");
        }
        const auto request =
            "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
            "\r\nAuthorization: Bearer " + bearer + "\r\n\r\n";
        if (::send(stream.socket, request.data(), request.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(request.size())) {
            throw std::runtime_error("a request cannot be sent");
        }
        ::fcntl(stream.socket, F_SETFL, O_NONBLOCK);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = streams_.size();
        ::epoll_ctl(poll_, EPOLL_CTL_ADD, stream.socket, &event);
        streams_.push_back(std::move(stream));
    }

    void look() {
        epoll_event events[256];
        const int found = ::epoll_wait(poll_, events, 256, 1000);
        for (int at = 0; at < found; ++at) read(streams_[events[at].data.u64]);
    }

    void read(Stream& stream) {
        char part[4096];
        const auto size = ::recv(stream.socket, part, sizeof part, 0);
        if (size < 0 && errno == EAGAIN) return;
        if (size <= 0) throw std::runtime_error("a stream has ended: " + stream.received);
        stream.received.append(part, static_cast<std::size_t>(size));
        for (;;) {
            const auto end = stream.received.find("\n\n");
            if (end == std::string::npos) return;
            take(stream, stream.received.substr(0, end));
            stream.received.erase(0, end + 2);
        }
    }

    void take(Stream& stream, const std::string& event) {
        if (!stream.open && event.find(": welcome") != std::string::npos) {
            stream.open = true;
            ++open_;
        }
        if (stream.seen || first_.empty() || event.find(first_) == std::string::npos ||
            event.find(second_) == std::string::npos) {
            return;
        }
        stream.seen = true;
        last_ = std::chrono::steady_clock::now();
        ++seen_;
    }

    int poll_;
    std::vector<Stream> streams_;
    std::size_t open_ = 0, seen_ = 0, wanted_ = 0;
    std::string first_, second_;
    std::chrono::steady_clock::time_point last_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    try {
        Watchers watchers{static_cast<std::uint16_t>(std::atoi(argv[1])), argv[2]};
        std::printf("open %zu\n", watchers.size());
        std::fflush(stdout);
        std::string first, second;
        for (std::size_t by = 0; std::cin >> first >> second >> by;) {
            watchers.wait_for(first, second, by);
        }
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "watchers: %s\n", fault.what());
        return 1;
    }
    return 0;
}
