// What of an answer is made when it leaves.
#include "http/answer.hpp"

#include <stdexcept>

#include "hallpass_catch.hpp"

using namespace hallpass::server;

TEST_CASE("an answer is completed once, with what is kept nowhere") {
    auto answer = Answer::json(201, R"({"session":{}})");
    int asked = 0;
    answer.secret_members = [&] {
        ++asked;
        return std::string{R"(,"delegatedToken":"secret")"};
    };
    answer.complete();
    answer.complete();
    CHECK(asked == 1);
    CHECK(answer.status == 201);
    CHECK(answer.body == R"({"session":{},"delegatedToken":"secret"})");
}

TEST_CASE("an answer without its token does not leave") {
    auto answer = Answer::json(201, R"({"session":{}})");
    answer.secret_members = []() -> std::string { throw std::runtime_error{"no signature"}; };
    answer.complete();
    CHECK(answer.status == 503);
    CHECK(answer.body.find("session") == std::string::npos);
    CHECK(answer.body.find("no signature") == std::string::npos);
}
