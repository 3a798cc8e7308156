#pragma once

#include "store/connection.hpp"

namespace hallpass::server {

/// Makes what a start writes lighter: no unique index keeps tokens' places apart, where each
/// touched a page of its own (signing/status_places.hpp does), nor their hashes, which nobody looks
/// up. SQLite lets no constraint go, so the tokens' table is made anew there, and with it the one
/// that refers to it. @throws StoreFault
void lighten_tokens(Connection& connection);

}  // namespace hallpass::server
