#pragma once

#include <memory>
#include <string>

namespace hallpass::server {
class Engine;
}

/// What `hallpassd-postgresql.so` gives: an engine for the database at `url`.
/// @throws hallpass::server::StoreFault
extern "C" void hallpass_make_postgresql_engine(
    const std::string& url, std::shared_ptr<const hallpass::server::Engine>& made);
