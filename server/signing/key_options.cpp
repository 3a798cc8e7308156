// The command line of `hallpassd keys`.
#include <CLI/CLI.hpp>

#include "signing/key_command.hpp"

namespace hallpass::server {
namespace {

const std::vector<std::string>& algorithms() {
    static const std::vector<std::string> names{
#define HALLPASS_X(name) #name,
        HALLPASS_ALGORITHMS(HALLPASS_X)
#undef HALLPASS_X
    };
    return names;
}

void add_algorithm(CLI::App& app, KeyCommand& command) {
    app.add_option_function<std::string>(
           "--alg",
           [&command](const std::string& name) { command.algorithm = *parse_algorithm(name); },
           "EdDSA (default), ES256 or HS256")
        ->check(CLI::IsMember(algorithms()));
}

void add_generate(CLI::App& keys, KeyCommand& command) {
    auto* app = keys.add_subcommand("generate", "add a key: published now, signing after `rotate`");
    app->callback([&command] { command.kind = KeyCommand::Kind::generate; });
    add_algorithm(*app, command);
    auto* secret = app->add_option("--secret-file", command.secret_file,
                                   "HS256: a file (0600) with a secret of 32 bytes or more");
    auto* program = app->add_option("--command", command.command,
                                    "a program that holds the key: its absolute path and arguments;"
                                    " it reads what to sign and writes the raw signature")
                        ->excludes(secret);
    auto* jwk = app->add_option("--public-jwk", command.public_jwk_file,
                                "the public key of the program's key, a JWK")
                    ->needs(program);
    program->needs(jwk);
    app->add_option("--timeout-ms", command.command_timeout_ms, "how long the program may take")
        ->check(CLI::Range(10, 60'000))
        ->needs(program)
        ->capture_default_str();
}

}  // namespace

CLI::App* add_key_command(CLI::App& app, KeyCommand& command) {
    auto* keys = app.add_subcommand("keys", "the signing keys");
    keys->require_subcommand(1);
    add_generate(*keys, command);

    auto* list = keys->add_subcommand("list", "what keys there are, and what each is for");
    list->callback([&command] { command.kind = KeyCommand::Kind::list; });

    auto* rotate = keys->add_subcommand(
        "rotate", "sign with the newest waiting key, or with a new one where none waits");
    rotate->callback([&command] { command.kind = KeyCommand::Kind::rotate; });
    auto* kid = rotate->add_option("kid", command.key_id,
                                   "sign with this key instead; after -- if it begins with -");
    add_algorithm(*rotate, command);
    rotate
        ->add_flag("--receipts", command.receipts,
                   "consent receipts get a new key; the tokens' keys stay as they are")
        ->excludes(kid);

    auto* retire = keys->add_subcommand("retire", "remove a key that no live token needs");
    retire->callback([&command] { command.kind = KeyCommand::Kind::retire; });
    retire->add_option("kid", command.key_id, "the key; after -- if it begins with -")->required();
    retire->add_flag("--force", command.force, "end the sessions whose tokens it signed");

    auto* jwks = keys->add_subcommand("export-jwks", "write the key set for verifiers");
    jwks->callback([&command] { command.kind = KeyCommand::Kind::export_jwks; });
    auto* output = jwks->add_option("--output", command.output, "a new file (0600)");
    jwks->add_flag("--shared-secrets", command.shared_secrets,
                   "the HS256 secrets, for a verifier that shares them")
        ->needs(output);
    return keys;
}

}  // namespace hallpass::server
