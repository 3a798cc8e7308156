#include "http/answer.hpp"

#include "hallpass/wire.hpp"

namespace hallpass::server {

Answer Answer::problem(const Error& error) {
    const int status = http_status(error.code);
    Answer answer{static_cast<unsigned>(status),
                  "application/problem+json",
                  wire::problem_json(error),
                  {},
                  {},
                  {}};
    if (status == 401) answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (status == 503) answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

}  // namespace hallpass::server
