#pragma once

#include <string>

#include "http/call.hpp"
#include "routes/page.hpp"

namespace hallpass::server {

/// A page of entries, oldest first.
/// @param where SQL with its own binds, already limited to what the caller may see
Answer record_page(Connection& store, const std::string& where, Binds binds, const Page& page,
                   bool with_origin);

}  // namespace hallpass::server
