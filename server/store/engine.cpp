#include "store/engine.hpp"

namespace hallpass::server {

std::shared_ptr<const Engine> Engine::of(const std::string& url) {
    constexpr std::string_view sqlite = "sqlite:";
    if (url.starts_with(sqlite)) return sqlite_engine(std::string_view{url}.substr(sqlite.size()));
    if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
        return postgresql_engine(url);
    }
    throw StoreFault("the database must be sqlite:FILE or postgresql://…");
}

}  // namespace hallpass::server
