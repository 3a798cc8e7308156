// Keys whose private part is behind a command.
#include <sodium.h>

#include "signing/es256.hpp"
#include "signing/jwk.hpp"
#include "signing/key_fault.hpp"
#include "signing/signing_key.hpp"

namespace hallpass::server {
namespace {

constexpr std::int64_t timeout_min_ms = 10, timeout_max_ms = 60'000;

class CommandKey : public SigningKey {
  public:
    bool may_fail() const override { return true; }
    std::string sign(std::string_view message) const override {
        auto signature = command_.run(message);
        // A broken device must not hand out tokens that nobody accepts.
        if (!verify(message, signature)) {
            throw KeyFault{KeyProblem::command_failed,
                           "the signing command wrote no valid signature of its key"};
        }
        return signature;
    }

  protected:
    CommandKey(Algorithm algorithm, std::string identity, SigningCommand command)
        : SigningKey(algorithm, std::move(identity)), command_(std::move(command)) {}

  private:
    void write_private(json::Writer& writer) const override {
        writer.key("command").begin_array();
        for (const auto& each : command_.arguments) writer.string(each);
        writer.end_array().member("timeoutMs", static_cast<std::int64_t>(command_.timeout.count()));
    }
    SigningCommand command_;
};

class EdDsaCommandKey : public CommandKey {
  public:
    EdDsaCommandKey(std::string public_key, SigningCommand command)
        : CommandKey(Algorithm::EdDSA, eddsa_identity(public_key), std::move(command)),
          public_key_(std::move(public_key)) {}
    bool verify(std::string_view message, std::string_view signature) const override {
        return eddsa_holds(public_key_, message, signature);
    }

  private:
    std::string public_key_;
};

class EcdsaCommandKey : public CommandKey {
  public:
    EcdsaCommandKey(Es256Key key, SigningCommand command)
        : CommandKey(Algorithm::ES256, es256_identity(key.point()), std::move(command)),
          key_(std::move(key)) {}
    bool verify(std::string_view message, std::string_view signature) const override {
        return key_.verify(message, signature);
    }

  private:
    Es256Key key_;
};

}  // namespace

SigningCommand SigningCommand::from_kept(json::Value jwk) {
    SigningCommand command;
    const auto list = jwk.find("command");
    for (auto each = list.is_array() ? list.first() : json::Value{}; each; each = each.next()) {
        command.arguments.emplace_back(each.string().value_or(""));
    }
    if (const auto timeout = jwk.find("timeoutMs")) {
        command.timeout = std::chrono::milliseconds{timeout.integer().value_or(0)};
    }
    return command;
}

std::shared_ptr<const SigningKey> SigningKey::behind(json::Value public_jwk,
                                                     SigningCommand command) {
    if (command.arguments.empty() || !command.arguments.front().starts_with('/')) {
        throw KeyFault{KeyProblem::key_malformed,
                       "the signing command must be named by its absolute path"};
    }
    const auto timeout_ms = command.timeout.count();
    if (timeout_ms < timeout_min_ms || timeout_ms > timeout_max_ms) {
        throw KeyFault{KeyProblem::key_malformed,
                       "a signing command has 10 to 60,000 milliseconds"};
    }
    const auto type = public_jwk.find("kty").string();
    const auto curve = public_jwk.find("crv").string();
    if (type == "OKP" && curve == "Ed25519") {
        auto key = jwk_bytes(public_jwk, "x", coordinate_bytes);
        if (crypto_core_ed25519_is_valid_point(bytes_of(key)) != 1) {
            throw KeyFault{KeyProblem::key_malformed, "this is no valid Ed25519 public key"};
        }
        return std::make_shared<EdDsaCommandKey>(std::move(key), std::move(command));
    }
    if (type != "EC" || curve != "P-256") {
        throw KeyFault{KeyProblem::algorithm_refused,
                       "a signing command's key is for EdDSA (Ed25519) or ES256 (P-256)"};
    }
    try {
        return std::make_shared<EcdsaCommandKey>(Es256Key::from_point(es256_point(public_jwk)),
                                                 std::move(command));
    } catch (const KeyFault&) {
        throw;
    } catch (const std::runtime_error&) {
        throw KeyFault{KeyProblem::key_malformed, "this is no valid P-256 public key"};
    }
}

}  // namespace hallpass::server
