#pragma once

#include <functional>
#include <string>

#include "http/call.hpp"
#include "routes/page.hpp"

namespace hallpass::server {

/// A page of entries, oldest first.
/// @param where SQL with its own binds, already limited to what the caller may see
/// @param with_origin whether the caller may see where the entry's actor came from
Answer record_page(Connection& store, const std::string& where, Binds binds, const Page& page,
                   const std::function<bool(const RecordRow&)>& with_origin);

}  // namespace hallpass::server
