#pragma once

#include "hallpass/error.hpp"

namespace hallpass::server {

/// What is told where the store, a key or what else an answer needs cannot be had right now.
inline Error service_fault() {
    return make_error(ErrorCode::SERVICE_UNAVAILABLE,
                      "the service cannot answer right now; try again shortly");
}

}  // namespace hallpass::server
