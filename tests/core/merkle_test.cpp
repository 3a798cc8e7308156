#include "hallpass/merkle.hpp"

#include <random>

#include "hallpass_catch.hpp"
#include "merkle_reference.hpp"

using namespace hallpass::merkle;
using reference::Hashes;
using reference::sha256;
using reference::Tree;

namespace {

constexpr unsigned seed = 20261121;

Hash from_hex(std::string_view hex) {
    Hash hash{};
    REQUIRE(hex.size() == 2 * hash.size());
    for (std::size_t at = 0; at < hash.size(); ++at) {
        hash[at] =
            static_cast<std::uint8_t>(std::stoi(std::string{hex.substr(2 * at, 2)}, nullptr, 16));
    }
    return hash;
}
Hashes from_hex(std::initializer_list<std::string_view> lines) {
    Hashes hashes;
    for (const auto line : lines) hashes.push_back(from_hex(line));
    return hashes;
}

/// The eight entries of the reference tree of Certificate Transparency (RFC 6962).
const std::string ct_entries[] = {
    "",
    std::string(1, '\0'),
    "\x10",
    "\x20\x21",
    "\x30\x31",
    "\x40\x41\x42\x43",
    "\x50\x51\x52\x53\x54\x55\x56\x57",
    "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
constexpr std::string_view ct_roots[] = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Tree ct_tree() {
    Tree tree{8};
    for (const auto& entry : ct_entries) tree.append(leaf_hash(sha256, entry));
    return tree;
}

Tree numbered_tree(std::size_t size) {
    Tree tree{size};
    for (std::size_t at = 0; at < size; ++at) tree.append(reference::leaf_number(at));
    return tree;
}

Hash flipped(Hash hash, std::mt19937_64& random) {
    hash[random() % hash.size()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
    return hash;
}

}  // namespace

TEST_CASE("merkle: roots of the reference tree of RFC 6962") {
    const auto tree = ct_tree();
    Frontier frontier{sha256};
    CHECK(frontier.root() == from_hex(ct_roots[0]));
    for (std::size_t size = 1; size <= 8; ++size) {
        frontier.append(tree.leaves()[size - 1]);
        CHECK(frontier.size() == size);
        CHECK(frontier.root() == from_hex(ct_roots[size]));
        CHECK(tree.head(size).root == from_hex(ct_roots[size]));
        CHECK(root_of(sha256, tree.leaves().first(size)) == from_hex(ct_roots[size]));
    }
}

TEST_CASE("merkle: inclusion proofs of the reference tree of RFC 6962") {
    const auto tree = ct_tree();
    const auto l0 = ct_roots[1],
               l1 = std::string_view{
                   "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"};
    const auto n23 =
        std::string_view{"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"};
    const auto n47 =
        std::string_view{"6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"};
    const auto l4 =
        std::string_view{"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"};
    const auto n67 =
        std::string_view{"ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"};
    CHECK(tree.inclusion(0, 1).empty());
    CHECK(tree.inclusion(0, 8) == from_hex({l1, n23, n47}));
    CHECK(tree.inclusion(5, 8) == from_hex({l4, n67, ct_roots[4]}));
    CHECK(tree.inclusion(2, 3) == from_hex({ct_roots[2]}));
    CHECK(tree.inclusion(1, 5) == from_hex({l0, n23, l4}));
}

TEST_CASE("merkle: consistency proofs of the reference tree of RFC 6962") {
    const auto tree = ct_tree();
    CHECK(tree.consistency(1, 1).empty());
    CHECK(tree.consistency(1, 8) ==
          from_hex({"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
    CHECK(tree.consistency(6, 8) ==
          from_hex({"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
    CHECK(tree.consistency(2, 5) ==
          from_hex({"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                    "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
}

TEST_CASE("merkle: proofs are the standard's, word for word, for every size up to 70") {
    const auto tree = numbered_tree(70);
    for (std::size_t size = 1; size <= 70; ++size) {
        const auto leaves = tree.leaves().first(size);
        CHECK(tree.head(size).root == reference::root(leaves));
        for (std::size_t at = 0; at < size; ++at) {
            if (tree.inclusion(at, size) != reference::inclusion(at, leaves))
                FAIL(at << " of " << size);
            if (tree.consistency(at + 1, size) != reference::consistency(at + 1, leaves)) {
                FAIL(at + 1 << " to " << size);
            }
        }
    }
}

TEST_CASE("merkle: every proof of every tree of up to 1,000 leaves holds") {
    constexpr std::size_t most = HALLPASS_FEWER ? 200 : 1000;
    const auto tree = numbered_tree(most);
    std::vector<Head> heads{{0, sha256({})}};
    for (std::size_t size = 1; size <= most; ++size) heads.push_back(tree.head(size));
    std::size_t broken = 0;
    for (std::size_t size = 1; size <= most; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            const auto verdict = check_inclusion(sha256, tree.leaves()[at], at, heads[size],
                                                 tree.inclusion(at, size));
            if (verdict != Verdict::holds) ++broken;
            if (check_consistency(sha256, heads[at], heads[size], tree.consistency(at, size)) !=
                Verdict::holds) {
                ++broken;
            }
        }
    }
    CHECK(broken == 0);
}

TEST_CASE(
    "merkle: random proofs of trees of up to 10 million leaves hold, and changed ones do not") {
    constexpr std::uint64_t most = HALLPASS_FEWER ? 1'000'000 : 10'000'000;
    constexpr int rounds = HALLPASS_FEWER ? 300 : 3000;
    const auto tree = numbered_tree(most);
    std::mt19937_64 random{seed};
    INFO("seed " << seed);
    std::size_t wrong = 0;
    const auto expect = [&](bool as_it_should) { wrong += as_it_should ? 0 : 1; };
    for (int round = 0; round < rounds; ++round) {
        const auto size = random() % most + 1, at = random() % size;
        const auto head = tree.head(size), older = tree.head(at);
        const auto leaf = tree.leaves()[at];
        auto path = tree.inclusion(at, size), growth = tree.consistency(at, size);
        const auto included = [&] { return check_inclusion(sha256, leaf, at, head, path); };
        const auto grown = [&] { return check_consistency(sha256, older, head, growth); };
        expect(included() == Verdict::holds);
        expect(grown() == Verdict::holds);
        expect(check_inclusion(sha256, flipped(leaf, random), at, head, path) ==
               Verdict::wrong_root);
        expect(check_inclusion(sha256, leaf, at, {size, flipped(head.root, random)}, path) ==
               Verdict::wrong_root);
        if (size > 1)
            expect(check_inclusion(sha256, leaf, at == 0 ? 1 : at - 1, head, path) !=
                   Verdict::holds);
        expect(check_consistency(sha256, {at, flipped(older.root, random)}, head, growth) !=
               Verdict::holds);
        expect(at == 0 || check_consistency(sha256, older, {size, flipped(head.root, random)},
                                            growth) != Verdict::holds);
        for (auto* proof : {&path, &growth}) {
            if (proof->empty()) continue;
            auto& hash = (*proof)[random() % proof->size()];
            const auto kept = std::exchange(hash, flipped(hash, random));
            expect((proof == &path ? included() : grown()) != Verdict::holds);
            hash = kept;
            proof->push_back(kept);
            expect((proof == &path ? included() : grown()) == Verdict::wrong_length);
            proof->resize(proof->size() - 2);
            expect((proof == &path ? included() : grown()) != Verdict::holds);
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("merkle: what is refused, and as what") {
    const auto tree = numbered_tree(9);
    const auto head = tree.head(9);
    const auto leaf = tree.leaves()[3];
    CHECK(check_inclusion(sha256, leaf, 9, head, {}) == Verdict::not_in_tree);
    CHECK(check_inclusion(sha256, leaf, 0, {0, sha256({})}, {}) == Verdict::not_in_tree);
    CHECK(check_inclusion(sha256, leaf, 3, head, {}) == Verdict::wrong_length);
    CHECK(check_consistency(sha256, head, tree.head(8), {}) == Verdict::shrunk);
    CHECK(check_consistency(sha256, head, {9, leaf}, {}) == Verdict::forked);
    CHECK(check_consistency(sha256, head, head, {}) == Verdict::holds);
    CHECK(check_consistency(sha256, head, head, Hashes{leaf}) == Verdict::wrong_length);
    CHECK(check_consistency(sha256, tree.head(5), head, {}) == Verdict::wrong_length);
    CHECK(check_consistency(sha256, tree.head(8), head, {}) == Verdict::wrong_length);
    CHECK(check_consistency(sha256, {0, sha256({})}, head, {}) == Verdict::holds);
    CHECK(check_consistency(sha256, {0, leaf}, head, {}) == Verdict::wrong_old_root);
    CHECK(check_consistency(sha256, {5, leaf}, head, tree.consistency(5, 9)) ==
          Verdict::wrong_old_root);
    CHECK(check_consistency(sha256, tree.head(5), {9, leaf}, tree.consistency(5, 9)) ==
          Verdict::wrong_root);
    CHECK_FALSE(plan_inclusion(9, 9));
    CHECK_FALSE(plan_consistency(10, 9));
    CHECK_FALSE(proof_of(sha256, *plan_inclusion(0, 10), tree.nodes()));
    CHECK(to_string(Verdict::wrong_old_root) == "wrong_old_root");
}

TEST_CASE("merkle: a frontier goes on from its peaks, and from no wrong number of them") {
    const auto tree = numbered_tree(300);
    for (std::uint64_t size = 0; size < 300; ++size) {
        Hashes peaks;
        for (const auto& place : places_of(0, size)) peaks.push_back(*tree.at(place));
        auto frontier = Frontier::of(sha256, size, peaks);
        REQUIRE(frontier);
        const auto completed = frontier->append(tree.leaves()[size]);
        for (std::size_t at = 0; at < completed.size(); ++at) {
            const Place place{static_cast<unsigned>(at + 1), size >> (at + 1)};
            CHECK(tree.at(place) == completed[at]);
            CHECK(place.whole_at() == size + 1);
        }
        CHECK(frontier->root() == tree.head(size + 1).root);
        peaks.push_back(tree.leaves()[0]);
        CHECK_FALSE(Frontier::of(sha256, size, peaks));
    }
}
