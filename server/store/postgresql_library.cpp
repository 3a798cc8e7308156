#include "store/postgresql_library.hpp"

#include <dlfcn.h>
#include <spdlog/spdlog.h>

#include "store/engine.hpp"

namespace hallpass::server {
namespace {

using MakeEngine = decltype(&hallpass_make_postgresql_engine);

MakeEngine load() {
    // Found beside the program or in its folder of libraries (RUNPATH); never unloaded.
    void* const library = dlopen("hallpassd-postgresql.so", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* const why = dlerror();
        spdlog::error("hallpassd-postgresql.so: {}", why == nullptr ? "not loaded" : why);
        throw StoreFault("what PostgreSQL needs cannot be loaded");
    }
    void* const made = dlsym(library, "hallpass_make_postgresql_engine");
    if (made == nullptr) throw StoreFault("hallpassd-postgresql.so is of another version");
    return reinterpret_cast<MakeEngine>(made);
}

}  // namespace

std::shared_ptr<const Engine> postgresql_engine(const std::string& url) {
    static const MakeEngine make = load();
    std::shared_ptr<const Engine> engine;
    make(url, engine);
    return engine;
}

}  // namespace hallpass::server
