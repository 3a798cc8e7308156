#include <variant>

#include "generators.hpp"

using namespace hallpass;
using namespace hallpass::property;

namespace {

/// A JSON value of the test's own, to compare with.
struct Tree {
    std::variant<std::monostate, bool, std::int64_t, std::string> leaf{};
    std::vector<Tree> children{};
    std::string name{};  ///< where its parent is an object
    enum class Shape { leaf, array, object } shape = Shape::leaf;
};

Tree some_tree(int depth) {
    Tree tree;
    const int kind = *rc::gen::inRange(0, depth > 0 ? 6 : 4);
    if (kind == 1) tree.leaf = *rc::gen::arbitrary<bool>();
    if (kind == 2) {
        tree.leaf = *rc::gen::inRange(-(std::int64_t{1} << 53) + 1, std::int64_t{1} << 53);
    }
    if (kind == 3) tree.leaf = *texts();
    if (kind < 4) return tree;
    tree.shape = kind == 4 ? Tree::Shape::array : Tree::Shape::object;
    const int count = *rc::gen::inRange(0, 5);
    for (int i = 0; i < count; ++i) {
        // Names differ by their number, and may be anything besides.
        tree.children.push_back(some_tree(depth - 1));
        if (kind == 5) tree.children.back().name = *texts() + std::to_string(i);
    }
    return tree;
}

void write(json::Writer& writer, const Tree& tree) {
    switch (tree.shape) {
        case Tree::Shape::array:
            writer.begin_array();
            for (const auto& child : tree.children) write(writer, child);
            writer.end_array();
            return;
        case Tree::Shape::object:
            writer.begin_object();
            for (const auto& child : tree.children) write(writer.key(child.name), child);
            writer.end_object();
            return;
        case Tree::Shape::leaf: break;
    }
    if (const auto* flag = std::get_if<bool>(&tree.leaf))
        writer.boolean(*flag);
    else if (const auto* number = std::get_if<std::int64_t>(&tree.leaf))
        writer.integer(*number);
    else if (const auto* text = std::get_if<std::string>(&tree.leaf))
        writer.string(*text);
    else
        writer.null();
}

void expect_same(const Tree& tree, json::Value value) {
    RC_ASSERT(value.present());
    if (tree.shape != Tree::Shape::leaf) {
        const bool wants_array = tree.shape == Tree::Shape::array;
        RC_ASSERT(value.is_array() == wants_array);
        RC_ASSERT(value.is_object() != wants_array);
        RC_ASSERT(value.size() == tree.children.size());
        auto child = value.first();
        for (const auto& expected : tree.children) {
            RC_ASSERT(child.name() == expected.name);
            if (wants_array) RC_ASSERT(!value.find(expected.name).present());
            if (!wants_array) expect_same(expected, value.find(expected.name));
            expect_same(expected, child);
            child = child.next();
        }
        RC_ASSERT(!child.present());
        return;
    }
    RC_ASSERT(!value.first().present());
    if (const auto* flag = std::get_if<bool>(&tree.leaf))
        RC_ASSERT(value.boolean() == *flag);
    else if (const auto* number = std::get_if<std::int64_t>(&tree.leaf))
        RC_ASSERT(value.integer() == *number);
    else if (const auto* text = std::get_if<std::string>(&tree.leaf))
        RC_ASSERT(value.string() == *text);
    else
        RC_ASSERT(value.is_null());
}

std::string text_of(const Tree& tree) {
    json::Writer writer;
    write(writer, tree);
    return std::move(writer).text();
}

}  // namespace

TEST_CASE("what the writer writes the reader reads") {
    holds("round trip", [] {
        const auto tree = some_tree(4);
        const auto text = text_of(tree);
        RC_LOG() << text;
        const auto document = json::Document::parse(text);
        RC_ASSERT(document.ok());
        expect_same(tree, document->root());
        RC_ASSERT(document->root().excerpt(text.size()) == text);
    });
}

TEST_CASE("an excerpt is short JSON, whatever it is taken from") {
    holds("excerpt", [] {
        const auto tree = some_tree(3);
        const auto document = json::Document::parse(text_of(tree));
        const auto most = *rc::gen::inRange<std::size_t>(5, 80);
        const auto excerpt = document->root().excerpt(most);
        RC_LOG() << excerpt;
        RC_ASSERT(json::Document::parse(excerpt).ok());
        RC_ASSERT(excerpt.size() <= most);
    });
}

TEST_CASE("a text with anything after it, or cut short, is no JSON") {
    holds("whole", [] {
        const auto text = text_of(some_tree(2));
        const auto more =
            *rc::gen::element<std::string>("x", ",", "]", "}", "{}", "\"", "\xEF\xBB\xBF");
        RC_ASSERT(!json::Document::parse(text + more).ok());
        RC_ASSERT(!json::Document::parse("\xEF\xBB\xBF" + text).ok());
        if (text.front() == '{' || text.front() == '[' || text.front() == '"') {
            const auto cut = *rc::gen::inRange<std::size_t>(0, text.size());
            RC_ASSERT(!json::Document::parse(text.substr(0, cut)).ok());
        }
    });
}

TEST_CASE("a name that occurs twice is refused and named") {
    holds("duplicate", [] {
        const auto name = *texts();
        json::Writer writer;
        writer.begin_object().member(name, 1);
        const auto between = *rc::gen::inRange(0, 3);
        for (int i = 0; i < between; ++i) writer.member(name + std::to_string(i), i);
        writer.member(name, 2).end_object();
        const auto document = json::Document::parse(writer.text());
        RC_ASSERT(!document.ok());
        RC_ASSERT(document.error().reason == Reason::duplicate_member);
        RC_ASSERT(document.error().field == name);
    });
}
