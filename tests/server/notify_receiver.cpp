#include "notify_receiver.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "hallpass/json.hpp"
#include "hallpass_catch.hpp"

namespace hallpass::server::test {

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
    int in[2] = {}, out[2] = {};
    REQUIRE(::pipe2(in, O_CLOEXEC) == 0);
    REQUIRE(::pipe2(out, O_CLOEXEC) == 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
    std::vector<std::string> words = command;
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int failed =
        ::posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(in[0]);
    ::close(out[1]);
    input_ = in[1];
    output_ = out[0];
    REQUIRE(failed == 0);
}

ChildProcess::~ChildProcess() {
    kill();
    ::close(input_);
    ::close(output_);
}

void ChildProcess::kill() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

std::optional<std::string> ChildProcess::line_with(const std::string& part,
                                                   std::chrono::milliseconds at_most) {
    const auto deadline = std::chrono::steady_clock::now() + at_most;
    for (;;) {
        for (auto end = received_.find('\n'); end != std::string::npos;
             end = received_.find('\n')) {
            auto line = received_.substr(0, end);
            received_.erase(0, end + 1);
            if (line.find(part) != std::string::npos) return line;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        pollfd readable_end{output_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&readable_end, 1, static_cast<int>(left.count())) <= 0) {
            return std::nullopt;
        }
        char bytes[4096];
        const auto size = ::read(output_, bytes, sizeof bytes);
        if (size <= 0) return std::nullopt;
        received_.append(bytes, static_cast<std::size_t>(size));
    }
}

Receiver::Receiver(const std::string& script, const std::string& folder, const std::string& options)
    : process_({"node", std::string{HALLPASS_RECEIVERS} + "/" + script + ".mjs",
                R"({"folder":")" + folder + "\"" + options + "}"}) {
    const auto line = process_.line_with(R"({"port":)", std::chrono::seconds{20});
    REQUIRE(line.has_value());
    port_ = std::stoi(member(*line, "port"));
}

std::string Receiver::next(const std::string& kind, std::chrono::milliseconds at_most) {
    return process_.line_with("{\"" + kind + "\":", at_most).value_or("");
}

bool Receiver::stays_silent(const std::string& kind, std::chrono::milliseconds during) {
    return next(kind, during).empty();
}

std::string member(const std::string& report, const std::string& path) {
    const auto document = json::Document::parse(report);
    if (!document) return {};
    auto value = document->root();
    std::string_view rest = path;
    while (!rest.empty()) {
        const auto name = rest.substr(0, rest.find('.'));
        rest.remove_prefix(std::min(rest.size(), name.size() + 1));
        value = value.find(name);
    }
    if (const auto text = value ? value.string() : std::nullopt) return std::string{*text};
    return value ? value.excerpt(100) : "";
}

std::string readable(const std::string& mail_text) {
    std::string text;
    for (std::size_t at = 0; at < mail_text.size(); ++at) {
        const auto code = mail_text[at] == '=' ? mail_text.substr(at + 1, 2) : "";
        const bool byte =
            code.size() == 2 && code.find_first_not_of("0123456789ABCDEF") == std::string::npos;
        if (code != "\r\n" && !byte) {
            text += mail_text[at];
            continue;
        }
        if (byte) text += static_cast<char>(std::stoi(code, nullptr, 16));
        at += 2;
    }
    return text;
}

}  // namespace hallpass::server::test
