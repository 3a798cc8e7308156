#pragma once

#include <string>

#include "test_server.hpp"

namespace hallpass::server::test {

/// The cookie that an answer sets, as a browser sends it back.
inline std::string cookie_of(const Reply& reply) {
    const auto header = reply.headers.at("set-cookie");
    const auto begin = header.find('=') + 1;
    return header.substr(begin, header.find(';') - begin);
}

}  // namespace hallpass::server::test
