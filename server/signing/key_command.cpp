#include "signing/key_command.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "clock.hpp"
#include "config/settings.hpp"
#include "random.hpp"
#include "signing/key_fault.hpp"
#include "signing/key_file.hpp"
#include "signing/private_file.hpp"
#include "signing/published_keys.hpp"

namespace hallpass::server {
namespace {

using HeldKeys = std::vector<HeldKey>;

/// The newest key of that use: the file lists them as they were made.
const HeldKey* newest(const HeldKeys& keys, KeyUse use) {
    const HeldKey* found = nullptr;
    for (const auto& held : keys) {
        if (held.use == use) found = &held;
    }
    return found;
}

/// Runs `work` on the database; where there is no file of it yet, there are no tokens either.
template <class Work>
void with_database(const Settings& settings, Work work) {
    constexpr std::string_view sqlite = "sqlite:";
    if (settings.database.starts_with(sqlite) &&
        !std::filesystem::exists(settings.database.substr(sqlite.size()))) {
        return;
    }
    Connection connection{settings.database};
    work(connection);
}

std::string secret_in(const std::string& file) {
    auto secret = read_private_file(file);
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    return secret;
}

std::shared_ptr<const SigningKey> command_key(const KeyCommand& command) {
    std::ifstream input{command.public_jwk_file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{input}, {}};
    if (!input.is_open()) {
        throw KeyFault{KeyProblem::file_unreadable,
                       "the file cannot be read: " + command.public_jwk_file};
    }
    const auto document = json::Document::parse(text);
    if (!document || !document->root().is_object()) {
        throw KeyFault{KeyProblem::key_malformed, "the public key's file holds no JWK"};
    }
    auto key = SigningKey::behind(
        document->root(), {command.command, std::chrono::milliseconds{command.command_timeout_ms}});
    // Whether the two belong together shows now rather than when somebody needs help.
    static_cast<void>(key->sign("hallpass key check " + random_secret()));
    return key;
}

std::shared_ptr<const SigningKey> new_key(const KeyCommand& command) {
    if (!command.command.empty()) return command_key(command);
    if (command.secret_file.empty()) return SigningKey::generate(command.algorithm);
    return SigningKey::from_secret(secret_in(command.secret_file));
}

int generate(const KeyCommand& command, const KeyFile& file) {
    const auto key = new_key(command);
    file.open();  // made where it is not there yet
    file.change([&](const KeyRing& ring) { return ring.with(key, SystemClock{}.now()); });
    std::printf("%s\n", key->key_id().c_str());
    return 0;
}

int rotate(const KeyCommand& command, const KeyFile& file) {
    file.open();
    if (command.receipts) {
        const auto changed =
            file.change([](const KeyRing& before) { return before.with_new_receipt_key(); });
        std::printf("%s\n", changed.receipt_key().key_id().c_str());
        return 0;
    }
    const auto ring = file.change([&](const KeyRing& before) {
        const auto now = SystemClock{}.now();
        if (!command.key_id.empty()) return before.signing_with(command.key_id, now);
        if (const auto* waiting = newest(before.keys(), KeyUse::waiting)) {
            return before.signing_with(waiting->key->key_id(), now);
        }
        const auto key = SigningKey::generate(command.algorithm);
        return before.with(key, now).signing_with(key->key_id(), now);
    });
    std::printf("%s\n", ring.active().key_id().c_str());
    return 0;
}

int retire(const KeyCommand& command, const KeyFile& file, const Settings& settings) {
    std::int64_t live = 0;
    file.change([&](const KeyRing& ring) {
        auto left = ring.without(command.key_id);
        with_database(settings, [&](Connection& store) {
            live = live_tokens_of(store, command.key_id, SystemClock{}.now());
        });
        if (live > 0 && !command.force) {
            throw KeyFault{KeyProblem::key_in_use,
                           std::to_string(live) +
                               " live tokens are signed with this key; wait until they have run"
                               " out, or end their sessions with --force"};
        }
        return left;
    });
    std::printf("retired\n");
    if (live > 0) {
        std::printf(
            "the sessions of %lld live tokens end within a second, or when the server starts\n",
            static_cast<long long>(live));
    }
    return 0;
}

int list(const KeyFile& file, const Settings& settings) {
    const auto ring = file.read();
    const auto now = SystemClock{}.now();
    std::printf("kid\talg\tstatus\tcreated\tsuperseded\tlive-tokens\n");
    for (const auto& held : ring.keys()) {
        std::int64_t live = 0;
        with_database(settings, [&](Connection& store) {
            live = live_tokens_of(store, held.key->key_id(), now);
        });
        const auto superseded = held.superseded_at ? format_rfc3339(*held.superseded_at) : "-";
        std::printf("%s\t%s\t%s\t%s\t%s\t%lld\n", held.key->key_id().c_str(),
                    std::string{to_string(held.key->algorithm())}.c_str(),
                    std::string{to_string(held.use)}.c_str(),
                    format_rfc3339(held.created_at).c_str(), superseded.c_str(),
                    static_cast<long long>(live));
    }
    return 0;
}

int export_jwks(const KeyCommand& command, const KeyFile& file, const Settings& settings) {
    const auto ring = file.read();
    HeldKeys chosen;
    if (command.shared_secrets) {
        for (const auto& held : ring.keys()) {
            if (!held.key->published()) chosen.push_back(held);
        }
    } else {
        for (const auto& held : ring.keys()) {
            if (held.key->published()) chosen.push_back(held);
        }
        with_database(settings, [&](Connection& store) {
            chosen = published_keys(store, ring, SystemClock{}.now());
        });
    }
    const auto text = verification_jwks(chosen) + "\n";
    if (command.output.empty()) {
        std::printf("%s", text.c_str());
    } else {
        create_private_file(command.output, text);
    }
    return 0;
}

}  // namespace

int run_key_command(const KeyCommand& command, const Settings& settings) {
    const KeyFile file{key_file_of(settings)};
    switch (command.kind) {
        case KeyCommand::Kind::generate: return generate(command, file);
        case KeyCommand::Kind::list: return list(file, settings);
        case KeyCommand::Kind::rotate: return rotate(command, file);
        case KeyCommand::Kind::retire: return retire(command, file, settings);
        case KeyCommand::Kind::export_jwks: return export_jwks(command, file, settings);
    }
    return 2;
}

}  // namespace hallpass::server
