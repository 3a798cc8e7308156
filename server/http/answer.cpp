#include "http/answer.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "hallpass/wire.hpp"
#include "http/faults.hpp"

namespace hallpass::server {
namespace {

constexpr const char* retry_after = "Retry-After";

}  // namespace

Answer Answer::problem(const Error& error) {
    const int status = http_status(error.code);
    Answer answer{static_cast<unsigned>(status),
                  "application/problem+json",
                  wire::problem_json(error),
                  {},
                  {},
                  {}};
    if (status == 401) answer.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (status == 503) answer.headers.emplace_back(retry_after, "1");
    if (status == 429) answer.headers.emplace_back(retry_after, "10");  // where nobody knows better
    return answer;
}

Answer Answer::too_many(const char* message, std::chrono::seconds wait,
                        Answer (*worded)(const Error&)) {
    auto answer = worded(make_error(ErrorCode::RATE_LIMITED, message));
    for (auto& [name, value] : answer.headers) {
        if (name == retry_after) value = std::to_string(wait.count());
    }
    return answer;
}

void Answer::complete() {
    if (!secret_members) return;
    try {
        body.insert(body.size() - 1, std::exchange(secret_members, nullptr)());
    } catch (const std::exception& fault) {
        spdlog::error("an answer could not be completed: {}", fault.what());
        *this = problem(service_fault());
    }
}

}  // namespace hallpass::server
