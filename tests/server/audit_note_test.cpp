// Signed notes and checkpoints, against what Go's sumdb/note and C2SP have published.
#include "audit/note.hpp"

#include "hallpass_catch.hpp"
#include "signing/key_fault.hpp"
#include "test_server.hpp"

using namespace hallpass;
using namespace hallpass::server;

namespace {

// The example of golang.org/x/mod/sumdb/note.
constexpr std::string_view private_key =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view public_key =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view signature =
    "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqf"
    "qdngotpRZb6KE6RyyBwJnAM=\n";

}  // namespace

TEST_CASE("a note is signed as Go signs it") {
    const auto key = RecordKey::parse(private_key);
    CHECK(key.verifier().text() == public_key);
    CHECK(key.text() == std::string{private_key} + "\n");
    CHECK(key.sign(text) == std::string{text} + std::string{signature});
}

TEST_CASE("a key that is not written as it should be is none") {
    const auto parsed = NoteKey::parse(public_key);
    REQUIRE(parsed);
    CHECK(parsed->name() == "PeterNeumann");
    for (const std::string wrong :
         {"", "PeterNeumann", "PeterNeumann+c74f20a3",
          "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a3+AhpC2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
          "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T"}) {
        INFO(wrong);
        CHECK_FALSE(NoteKey::parse(wrong));
        CHECK_THROWS_AS(RecordKey::parse("PRIVATE+KEY+" + wrong), KeyFault);
    }
    CHECK_THROWS_AS(RecordKey::parse(public_key), KeyFault);
}

TEST_CASE("a checkpoint is read where its key signed it, and nowhere else") {
    const auto key = RecordKey::generate("example.com/record");
    const auto& verifier = key.verifier();
    merkle::Head head{20852163, {}};
    head.root.fill(7);
    const auto body = checkpoint_text("example.com/record", head);
    CHECK(body == "example.com/record\n20852163\nBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=\n");
    const auto note = key.sign(body);
    const auto opened = open_checkpoint(note, &verifier);
    REQUIRE(opened);
    CHECK(opened->size == head.size);
    CHECK(opened->root == head.root);
    // Witnesses add lines; an unknown one is passed over.
    CHECK(open_checkpoint(note + "\u2014 witness.example AAAAAAAAAA==\n", &verifier));

    const auto another = RecordKey::generate("example.com/record");
    CHECK_FALSE(open_checkpoint(note, &another.verifier()));
    CHECK_FALSE(open_checkpoint(key.sign(checkpoint_text("example.org/record", head)), &verifier));
    for (const std::string wrong : {"a\n01\n", "a\n-1\n", "a\n1\nBwc=\n", "a\n", ""}) {
        CHECK_FALSE(open_checkpoint(key.sign(wrong), nullptr));
    }
    for (std::size_t at = 0; at < note.size(); ++at) {
        auto changed = note;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        if (open_checkpoint(changed, &verifier)) FAIL("byte " << at);
    }
}

TEST_CASE("the record's key is made once, and its name with it") {
    const test::TemporaryFolder folder;
    const auto file = folder.file("keys.json.record-key");
    const auto made = RecordKey::open(file, "example.com/record");
    const auto again = RecordKey::open(file, "example.org/elsewhere");
    CHECK(again.verifier().text() == made.verifier().text());
    CHECK(again.verifier().name() == "example.com/record");
}
