#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>

#include "config/check.hpp"
#include "config/command_line.hpp"
#include "config/roles.hpp"
#include "directory/import.hpp"
#include "random.hpp"
#include "server.hpp"
#include "signing/key_fault.hpp"

namespace hallpass::server {
namespace {

/// Every connection is an open file; what a shell allows is fewer than fit.
void allow_files(std::size_t connections) {
    constexpr rlim_t others = 1'500;  // refusals under way, the database, outgoing messages
    const rlim_t wanted = connections + others;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= wanted) return;
    files.rlim_cur = std::min(wanted, files.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur < wanted) {
        spdlog::warn("--max-connections {} needs {} open files, and fewer are allowed", connections,
                     wanted);
    }
}

int serve(const Settings& settings) {
    allow_files(settings.max_connections);
    // Blocked before any thread starts, so that the signals come to sigwait alone.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    Server server{settings};
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

int import(const Command& command) {
    std::ifstream input{command.import_file, std::ios::binary};
    if (!input) {
        std::fprintf(stderr, "the file cannot be read: %s\n", command.import_file.c_str());
        return 1;
    }
    const SystemClock clock;
    Store store{command.settings.database, clock};
    store.keep_outbox();  // a server tells what the import ends
    const auto counts = import_directory(store, ZoneTable::embedded(),
                                         configured_roles(command.settings.roles), input);
    if (!counts) {
        std::fprintf(stderr, "nothing was imported: %s\n", counts.error().message.c_str());
        return 1;
    }
    std::printf("imported %lld tenants, %lld users, %lld memberships\n",
                static_cast<long long>(counts->tenants), static_cast<long long>(counts->users),
                static_cast<long long>(counts->memberships));
    return 0;
}

int run(const Command& command) {
    // The database and the keys are nobody else's to read.
    ::umask(077);
    start_cryptography();
    switch (command.kind) {
        case Command::Kind::serve: return serve(command.settings);
        case Command::Kind::check: return print_check(command.settings);
        case Command::Kind::import: return import(command);
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
        spdlog::set_default_logger(spdlog::stderr_logger_mt("hallpassd"));
        int exit_code = 0;
        const auto command = parse_command_line(argc, argv, exit_code);
        return command ? run(*command) : exit_code;
    } catch (const KeyFault& fault) {
        std::fprintf(stderr, "hallpassd: %s: %s\n", std::string{to_string(fault.problem())}.c_str(),
                     fault.what());
        return 1;
    } catch (const std::exception& fault) {
        std::fprintf(stderr, "hallpassd: %s\n", fault.what());
        return 1;
    }
}
