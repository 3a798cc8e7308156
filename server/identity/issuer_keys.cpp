#include "identity/issuer_keys.hpp"

#include <spdlog/spdlog.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace hallpass::server {
namespace {

constexpr std::chrono::minutes refreshed_every{5};
constexpr std::chrono::hours usable_for{1};
/// Between two questions that requests bring about: with keys at hand, and without any.
constexpr std::chrono::seconds apart{30}, apart_without_keys{5};

/// Whether less than `span` has passed. A clock that was set back makes it long ago.
bool within(Instant earlier, Instant now, Instant::duration span) {
    return now >= earlier && now < earlier + span;
}

std::string contents_of(const std::string& file) {
    std::ifstream input{file, std::ios::binary};
    if (!input) throw std::runtime_error("an issuer's key file cannot be read: " + file);
    return {std::istreambuf_iterator<char>{input}, {}};
}

std::shared_ptr<const IssuerKeys> shared_secret(const std::string& text) {
    auto keys = std::make_shared<IssuerKeys>();
    keys->push_back(IssuerKey::hs256(text.substr(0, text.find_last_not_of("\r\n") + 1)));
    return keys;
}

}  // namespace

std::shared_ptr<const IssuerKeys> issuer_keys_of(std::string_view jwks) {
    const auto document = json::Document::parse(jwks);
    if (!document) throw std::runtime_error("an issuer's key set is not valid JSON");
    auto keys = std::make_shared<IssuerKeys>();
    for (auto jwk = document->root().find("keys").first(); jwk; jwk = jwk.next()) {
        if (auto key = IssuerKey::from_jwk(jwk)) keys->push_back(std::move(key));
    }
    if (keys->empty()) throw std::runtime_error("an issuer has no usable key");
    return keys;
}

FileKeys::FileKeys(std::string file, Kind kind)
    : file_(std::move(file)),
      kind_(kind),
      read_(contents_of(file_)),
      keys_(kind == Kind::jwks ? issuer_keys_of(read_) : shared_secret(read_)) {}

std::shared_ptr<const IssuerKeys> FileKeys::usable() const {
    const std::lock_guard lock{mutex_};
    return keys_;
}

void FileKeys::follow() {
    try {
        auto text = contents_of(file_);
        const std::lock_guard lock{mutex_};
        if (text == read_) return;  // what held stays known
        keys_ = kind_ == Kind::jwks ? issuer_keys_of(text) : shared_secret(text);
        read_ = std::move(text);
        spdlog::info("an identity provider's keys were read again: {}", file_);
    } catch (const std::exception& fault) {
        spdlog::error("an identity provider's keys stay as they were: {}: {}", file_, fault.what());
    }
}

RemoteKeys::RemoteKeys(const std::string& url, const Clock& clock)
    : url_(url), clock_(clock), asked_at_(clock.now()), thread_([this] { run(); }) {}

RemoteKeys::~RemoteKeys() {
    {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

std::shared_ptr<const IssuerKeys> RemoteKeys::usable() {
    const auto now = clock_.now();
    const std::lock_guard lock{mutex_};
    if (!keys_ || !within(fetched_at_, now, refreshed_every)) start_asking(now);
    return keys_ && within(fetched_at_, now, usable_for) ? keys_ : nullptr;
}

bool RemoteKeys::ask_again() {
    const std::lock_guard lock{mutex_};
    return start_asking(clock_.now());
}

bool RemoteKeys::start_asking(Instant now) {
    if (wanted_) return true;  // one answer for all who ask meanwhile
    if (within(asked_at_, now, keys_ ? apart : apart_without_keys)) return failed_;
    wanted_ = true;
    asked_at_ = now;
    changed_.notify_all();
    return true;
}

void RemoteKeys::adopt(const std::string& jwks) {
    auto keys = issuer_keys_of(jwks);
    const std::lock_guard lock{mutex_};
    keys_ = std::move(keys);
    fetched_at_ = clock_.now();
}

void RemoteKeys::run() {
    std::unique_lock lock{mutex_};
    while (!stopping_) {
        wanted_ = true;  // who asks from now on waits for this answer
        const auto before = keys_;
        lock.unlock();
        try {
            const auto jwks = url_.fetch(stopping_);
            if (jwks) {
                adopt(*jwks);
            } else if (!stopping_) {
                spdlog::warn("an identity provider's keys could not be fetched: {}", url_.text());
            }
        } catch (const std::exception& fault) {
            spdlog::warn("an identity provider's keys are not usable: {}", fault.what());
        }
        lock.lock();
        wanted_ = false;
        failed_ = keys_ == before;
        changed_.wait_for(lock, refreshed_every, [&] { return stopping_ || wanted_; });
    }
}

}  // namespace hallpass::server
