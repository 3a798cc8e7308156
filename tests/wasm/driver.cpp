// Answers one request a line (vectors/evaluate.hpp), natively.

#include <iostream>
#include <string>

#include "../vectors/evaluate.hpp"

int main() {
    std::ios::sync_with_stdio(false);
    std::string line;
    while (std::getline(std::cin, line)) {
        const auto request = hallpass::json::Document::parse(line);
        std::cout << (request ? hallpass::vectors::evaluate(request->root()) : "\"no request\"")
                  << '\n';
    }
}
