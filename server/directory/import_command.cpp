#include "directory/import_command.hpp"

#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "clock.hpp"
#include "config/roles.hpp"
#include "config/zones_file.hpp"
#include "directory/import.hpp"

namespace hallpass::server {
namespace {

/// Writes over its own line on a terminal, and a line each time where it is kept.
class ShownProgress : public ImportWatch {
  public:
    ~ShownProgress() override { end_line(); }
    void read(std::int64_t lines) override {
        std::fprintf(stderr, "%s%lld lines read%s", before_, static_cast<long long>(lines), after_);
        begun_ = true;
    }
    void written(std::int64_t lines, std::int64_t of) override {
        std::fprintf(stderr, "%s%lld of %lld written%s", before_, static_cast<long long>(lines),
                     static_cast<long long>(of), after_);
        begun_ = true;
    }
    /// Whatever comes next has a line of its own.
    void end_line() {
        if (begun_ && terminal_) std::fputc('\n', stderr);
        begun_ = false;
    }

  private:
    const bool terminal_ = ::isatty(STDERR_FILENO) == 1;
    // "\033[K" clears what a longer text left behind.
    const char* before_ = terminal_ ? "\r\033[K" : "";
    const char* after_ = terminal_ ? "" : "\n";
    bool begun_ = false;
};

}  // namespace

int run_import(const std::string& file, const Settings& settings) {
    std::ifstream input{file, std::ios::binary};
    if (!input) {
        std::fprintf(stderr, "the file cannot be read: %s\n", file.c_str());
        return 1;
    }
    const ConfiguredZones zones{settings.zones_file};
    const SystemClock clock;
    Store store{settings.database, clock};
    store.keep_outbox();  // a server tells what the import ends
    ShownProgress progress;
    const auto counts =
        import_directory(store, zones.table(), configured_roles(settings.roles), input, &progress);
    progress.end_line();
    if (!counts) {
        std::fprintf(stderr, "nothing was imported: %s\n", counts.error().message.c_str());
        return 1;
    }
    std::printf("imported %lld tenants, %lld users, %lld memberships\n",
                static_cast<long long>(counts->tenants), static_cast<long long>(counts->users),
                static_cast<long long>(counts->memberships));
    return 0;
}

}  // namespace hallpass::server
