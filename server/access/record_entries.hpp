#pragma once

#include "hallpass/json.hpp"
#include "store/connection.hpp"
#include "store/rows.hpp"

namespace hallpass::server {

/// The wire form of an entry. The network address and user agent are told only where `with_origin`
/// says so: they are for those who oversee.
void write_entry(json::Writer& writer, Connection& store, const RecordRow& row, bool with_origin);

}  // namespace hallpass::server
