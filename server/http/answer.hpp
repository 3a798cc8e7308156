#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hallpass/error.hpp"

namespace hallpass::server {

/// What goes back over HTTP.
struct Answer {
    unsigned status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;

    /// The act-as token that goes with this answer. Neither it nor its hand-over code may be
    /// stored: what `secret_members` gives (",name:value…") is added to the object in `body` on the
    /// way out alone. It is called once, on any thread: the writer has no time for signatures.
    std::string token_id;
    std::function<std::string()> secret_members;

    /// Adds the secret members; an answer that tells of the fault, where they cannot be made.
    void complete();

    static Answer json(unsigned status, std::string body) {
        return {status, "application/json", std::move(body), {}, {}, {}};
    }
    /// application/problem+json (RFC 9457) with what the code asks for: WWW-Authenticate with 401.
    static Answer problem(const Error& error);
    /// 429, and when to come back.
    /// @param worded how it is told, as `problem`
    static Answer too_many(const char* message, std::chrono::seconds wait,
                           Answer (*worded)(const Error&) = problem);
    static Answer empty(unsigned status) { return {status, "", "", {}, {}, {}}; }

    Answer& with(std::string name, std::string value) {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

}  // namespace hallpass::server
