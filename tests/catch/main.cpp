#if defined(__GNUC__) && !defined(__clang__)
// With sanitizers GCC 12 takes parts of its own std::regex, which Catch uses, for uninitialised.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#if __has_include(<catch2/catch_session.hpp>)
#include <catch2/catch_session.hpp>
int main(int argc, char** argv) { return Catch::Session().run(argc, argv); }
#else
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
