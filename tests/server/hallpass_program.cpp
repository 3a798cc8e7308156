#include "hallpass_program.hpp"

#include <fcntl.h>
#include <pty.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <boost/asio.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <csignal>

#include "hallpass_catch.hpp"

namespace hallpass::server::test {

HallpassProcess::HallpassProcess(const std::vector<std::string>& arguments, Output output,
                                 const std::vector<std::string>& through) {
    int ends[2];
    if (output == Output::terminal) {
        REQUIRE(::openpty(&ends[0], &ends[1], nullptr, nullptr, nullptr) == 0);
        for (const int end : ends) ::fcntl(end, F_SETFD, FD_CLOEXEC);
    } else {
        REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    auto texts = through;
    texts.emplace_back(HALLPASSD);
    texts.insert(texts.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (auto& each : texts) pointers.push_back(each.data());
    pointers.push_back(nullptr);
    REQUIRE(::posix_spawnp(&id_, pointers[0], &actions, nullptr, pointers.data(), environ) == 0);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    output_ = ends[0];
}

HallpassProcess::~HallpassProcess() {
    if (id_ != 0) {
        signal(SIGKILL);
        ::waitpid(id_, nullptr, 0);
    }
    ::close(output_);
}

void HallpassProcess::signal(int number) const { ::kill(id_, number); }

std::string HallpassProcess::line_with(const std::string& text) {
    for (;;) {
        const auto found = received_.find(text);
        const auto end = found == std::string::npos ? found : received_.find('\n', found);
        if (end != std::string::npos) {
            const auto begin = received_.rfind('\n', found);
            const auto first = begin == std::string::npos ? 0 : begin + 1;
            return received_.substr(first, end - first);
        }
        char part[1024];
        const auto size = ::read(output_, part, sizeof part);
        if (size <= 0) return {};
        received_.append(part, static_cast<std::size_t>(size));
    }
}

std::uint16_t HallpassProcess::port() {
    const auto line = line_with("hallpassd listens on");
    INFO(received_);
    REQUIRE(!line.empty());
    return static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
}

Outcome HallpassProcess::finish() {
    line_with("\nno line has an end of its own in it\n");
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), received_};
}

Outcome hallpassd(const std::vector<std::string>& arguments) {
    return HallpassProcess{arguments}.finish();
}

Reply get_from(std::uint16_t port, const std::string& path) {
    namespace asio = boost::asio;
    namespace http = boost::beast::http;
    asio::io_context io;
    asio::ip::tcp::socket socket{io};
    socket.connect({asio::ip::make_address("127.0.0.1"), port});
    http::request<http::empty_body> request{http::verb::get, path, 11};
    request.set(http::field::host, "127.0.0.1:" + std::to_string(port));
    http::write(socket, request);
    boost::beast::flat_buffer buffer;
    http::response<http::string_body> response;
    http::read(socket, buffer, response);
    return {static_cast<int>(response.result_int()), {}, response.body()};
}

}  // namespace hallpass::server::test
