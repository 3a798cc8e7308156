#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <utility>

#include "config/check.hpp"
#include "config/command_line.hpp"
#include "directory/import_command.hpp"
#include "log.hpp"
#include "random.hpp"
#include "server.hpp"
#include "signing/key_fault.hpp"

namespace hallpass::server {
namespace {

/// Every connection is an open file, and a shell may allow fewer than are wanted. Those beyond must
/// be refused: with no file left, nobody is told anything, and the database has none either.
/// @returns how many connections may be served
std::size_t allow_files(std::size_t connections) {
    constexpr rlim_t others = 1'500;  // refusals under way, the database, outgoing messages
    const rlim_t wanted = connections + others;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return connections;
    const auto before = files.rlim_cur;
    files.rlim_cur = std::min(wanted, files.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0) files.rlim_cur = before;
    if (files.rlim_cur >= wanted) return connections;
    const auto fit = files.rlim_cur - std::min(others, files.rlim_cur / 2);
    const auto served = std::min<std::size_t>(connections, fit);
    spdlog::warn("--max-connections {} needs {} open files, and {} are allowed: {} are served",
                 connections, wanted, files.rlim_cur, served);
    return served;
}

int serve(Settings settings) {
    settings.max_connections = allow_files(settings.max_connections);
    // Blocked before any thread starts, so that the signals come to sigwait alone.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    Server server{std::move(settings)};
    std::printf("hallpassd listens on %s\n", server.address().c_str());
    std::fflush(stdout);
    int received = SIGHUP;
    while (received == SIGHUP) {
        sigwait(&signals, &received);
        if (received == SIGHUP) server.reload();
    }
    spdlog::info("stopping");
    server.stop();
    return 0;
}

int run(const Command& command) {
    // The database and the keys are nobody else's to read.
    ::umask(077);
    start_cryptography();
    switch (command.kind) {
        case Command::Kind::serve: return serve(command.settings);
        case Command::Kind::check: return print_check(command.settings);
        case Command::Kind::import: return run_import(command.import_file, command.settings);
        case Command::Kind::audit: return run_audit(command.audit, command.settings);
        case Command::Kind::keys: return run_key_command(command.keys, command.settings);
    }
    return 2;
}

}  // namespace
}  // namespace hallpass::server

int main(int argc, char** argv) {
    using namespace hallpass::server;
    try {
        start_log(LogFormat::text);
        int exit_code = 0;
        const auto command = parse_command_line(argc, argv, exit_code);
        if (!command) return exit_code;
        start_log(command->settings.log_format);
        return run(*command);
    } catch (const KeyFault& fault) {
        std::fprintf(stderr, "hallpassd: %s: %s\n", std::string{to_string(fault.problem())}.c_str(),
                     fault.what());
        return 1;
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "hallpassd: %s\n", fault.what());
        return 1;
    }
}
