// The vectors that audit.wasm is tried on as well (tests/wasm/proofs.test.mjs).
#include <fstream>
#include <sstream>

#include "hallpass/json.hpp"
#include "hallpass/merkle.hpp"
#include "hallpass_catch.hpp"
#include "merkle_reference.hpp"

using namespace hallpass;
using merkle::reference::Hashes;
using merkle::reference::sha256;

namespace {

json::Document vectors() {
    std::ifstream file{HALLPASS_VECTORS "/merkle.json"};
    std::stringstream text;
    text << file.rdbuf();
    auto document = json::Document::parse(text.str(), {.max_bytes = 1U << 20U});
    REQUIRE(document.ok());
    return *std::move(document);
}

std::string bytes_of(json::Value value) {
    const auto hex = value.string().value();
    std::string bytes;
    for (std::size_t at = 0; at < hex.size(); at += 2) {
        bytes += static_cast<char>(std::stoi(std::string{hex.substr(at, 2)}, nullptr, 16));
    }
    return bytes;
}
merkle::Hash hash_of(json::Value value) {
    const auto bytes = bytes_of(value);
    merkle::Hash hash{};
    REQUIRE(bytes.size() == hash.size());
    std::copy(bytes.begin(), bytes.end(), hash.begin());
    return hash;
}
Hashes hashes_of(json::Value list) {
    Hashes hashes;
    for (auto each = list.first(); each; each = each.next()) hashes.push_back(hash_of(each));
    return hashes;
}
std::uint64_t number_of(json::Value value) {
    return std::stoull(std::string{value.number_text().value()});
}
merkle::Head head_of(json::Value vector, std::string_view size, std::string_view root) {
    return {number_of(vector.find(size)), hash_of(vector.find(root))};
}

template <class Check>
void check_all(json::Value list, Check check) {
    std::size_t count = 0;
    for (auto vector = list.first(); vector; vector = vector.next(), ++count) {
        INFO(vector.find("name").string().value());
        CHECK(to_string(check(vector)) == vector.find("expect").string().value());
    }
    CHECK(count > 100);
}

}  // namespace

TEST_CASE("merkle vectors: roots") {
    const auto document = vectors();
    Hashes leaves;
    auto root = document.root().find("roots").first();
    for (auto entry = document.root().find("entries").first();; entry = entry.next()) {
        CHECK(merkle::root_of(sha256, leaves) == hash_of(root));
        root = root.next();
        if (!entry) break;
        leaves.push_back(merkle::leaf_hash(sha256, bytes_of(entry)));
    }
    CHECK(leaves.size() == 8);
    CHECK_FALSE(root);
}

TEST_CASE("merkle vectors: inclusion") {
    const auto document = vectors();
    check_all(document.root().find("inclusion"), [](json::Value vector) {
        return merkle::check_inclusion(
            sha256, hash_of(vector.find("leaf")), number_of(vector.find("index")),
            head_of(vector, "size", "root"), hashes_of(vector.find("proof")));
    });
}

TEST_CASE("merkle vectors: consistency") {
    const auto document = vectors();
    check_all(document.root().find("consistency"), [](json::Value vector) {
        return merkle::check_consistency(sha256, head_of(vector, "oldSize", "oldRoot"),
                                         head_of(vector, "size", "root"),
                                         hashes_of(vector.find("proof")));
    });
}
