#include "idle_crowd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "hallpass_catch.hpp"
#include "tls_client.hpp"

namespace hallpass::server::test {
namespace {

constexpr std::size_t from_an_address = 4'000;  // of 28,232 ports: a free one is found at once
constexpr std::uint32_t of_a_process = 20'000;
constexpr rlim_t other_files = 200;
constexpr std::uint32_t at_once = 100;  // come before one of them listens
constexpr std::string_view ask_text = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

using Expects = IdleCrowd::Expects;
using Count = IdleCrowd::Count;

std::uint32_t allowed_files() {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const auto room = files.rlim_cur > 2 * other_files ? files.rlim_cur - other_files : other_files;
    return static_cast<std::uint32_t>(std::min<rlim_t>(room, of_a_process));
}

sockaddr_in address_of(std::uint32_t host, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(host);
    return address;
}

/// The clients of one process, which says nothing to Catch: that is for the test's own.
class Clients {
  public:
    Clients(std::uint16_t port, std::uint32_t number)
        : network_((127U << 24U) | (1U << 16U) | ((number + 1) << 8U)),
          to_(address_of(INADDR_LOOPBACK, port)) {}

    Count come(std::uint32_t clients, Expects expects) {
        sockets_.reserve(clients);
        Count count;
        while (sockets_.size() < clients) {
            const auto first = sockets_.size();
            const auto last = std::min<std::size_t>(clients, first + at_once);
            while (sockets_.size() < last) sockets_.push_back(connected());
            for (auto at = first; at < last; ++at) {
                count_one(count, sockets_[at], expects);
                if (count.other > 0) return count;  // whoever would wait for the rest waits long
            }
        }
        return count;
    }
    std::uint32_t ask() {
        std::uint32_t served = 0;
        for (const int socket : sockets_) {
            ::send(socket, ask_text.data(), ask_text.size(), MSG_NOSIGNAL);
            std::string answer;
            char part[1024];
            while (!answer.ends_with("\r\n\r\nok\n")) {
                const auto size = ::recv(socket, part, sizeof part, 0);
                if (size <= 0) return served;
                answer.append(part, static_cast<std::size_t>(size));
            }
            if (answer.starts_with("HTTP/1.1 200 OK\r\n")) ++served;
        }
        return served;
    }

  private:
    int connected() const {
        const auto host = static_cast<std::uint32_t>(1 + sockets_.size() / from_an_address);
        const auto from = address_of(network_ | host, 0);
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval limit{30, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        const int yes = 1;
        // The port is chosen with the other end in view.
        ::setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
        // Nothing of it is left on the machine when it goes.
        const linger at_once_gone{1, 0};
        ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once_gone, sizeof at_once_gone);
        const bool good =
            ::bind(socket, reinterpret_cast<const sockaddr*>(&from), sizeof from) == 0 &&
            ::connect(socket, reinterpret_cast<const sockaddr*>(&to_), sizeof to_) == 0;
        if (good) return socket;
        ::close(socket);
        return -1;
    }
    static void count_one(Count& count, int socket, Expects expects) {
        if (expects == Expects::silence) {
            pollfd watched{socket, POLLIN, 0};
            ++(socket >= 0 && ::poll(&watched, 1, 0) == 0 ? count.silent : count.other);
            return;
        }
        std::string answer;
        const bool in_order = socket >= 0 && read_to_end(socket, answer);
        const auto holds = [&](std::string_view text) {
            return answer.find(text) != std::string::npos;
        };
        const bool polite = in_order &&
                            answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n") &&
                            holds("\r\nRetry-After: 1\r\n") && holds("\r\nConnection: close\r\n") &&
                            holds(R"("error":"SERVICE_UNAVAILABLE")");
        ++(polite ? count.told : count.other);
    }

    std::uint32_t network_;
    sockaddr_in to_;
    std::vector<int> sockets_;
};

/// Comes, says what became of it, and waits for a word: another one asks first.
[[noreturn]] void live(Clients clients, std::uint32_t number, Expects expects, int line) {
    const auto count = clients.come(number, expects);
    if (::write(line, &count, sizeof count) == sizeof count) {
        char word = 0;
        while (::read(line, &word, 1) == 1) {
            const auto served = clients.ask();
            if (::write(line, &served, sizeof served) != sizeof served) break;
        }
    }
    ::_exit(0);
}

}  // namespace

IdleCrowd::IdleCrowd(std::uint16_t port, std::uint32_t clients, Expects expects) {
    static std::uint32_t made = 0;  // addresses are not used again: their ports may not be free yet
    const auto each = allowed_files();
    for (std::uint32_t left = clients; left > 0; left -= std::min(left, each)) {
        int ends[2];
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
        const auto process = ::fork();
        REQUIRE(process >= 0);
        if (process == 0) {
            for (const auto& other : groups_) ::close(other.line);
            ::close(ends[0]);
            live({port, made}, std::min(left, each), expects, ends[1]);
        }
        ++made;
        ::close(ends[1]);
        groups_.push_back({process, ends[0], false});
    }
}

IdleCrowd::~IdleCrowd() { leave(); }

bool IdleCrowd::complete(int within_ms) {
    for (auto& group : groups_) {
        pollfd watched{group.line, POLLIN, 0};
        if (!group.told && ::poll(&watched, 1, within_ms) == 0) return false;
        if (group.told) continue;
        group.told = true;
        Count part;
        REQUIRE(::read(group.line, &part, sizeof part) == sizeof part);
        count_.told += part.told;
        count_.silent += part.silent;
        count_.other += part.other;
    }
    return true;
}

Count IdleCrowd::count() {
    while (!complete(1000)) {
    }
    return count_;
}

std::uint32_t IdleCrowd::ask() {
    std::uint32_t all = 0;
    for (const auto& group : groups_) {
        std::uint32_t served = 0;
        REQUIRE(::write(group.line, "?", 1) == 1);
        REQUIRE(::read(group.line, &served, sizeof served) == sizeof served);
        all += served;
    }
    return all;
}

void IdleCrowd::leave() {
    for (const auto& group : std::exchange(groups_, {})) {
        ::close(group.line);
        ::waitpid(group.process, nullptr, 0);
    }
}

}  // namespace hallpass::server::test
