#include "config/command_line.hpp"

#include <CLI/CLI.hpp>

#include "config/notify_options.hpp"

namespace hallpass::server {
namespace {

void add_store_options(CLI::App& app, Settings& settings) {
    app.add_option("--database", settings.database,
                   "sqlite:FILE, or postgresql://… where several servers share one")
        ->envname("HALLPASS_DATABASE")
        ->capture_default_str();
    app.add_option("--key-file", settings.key_file,
                   "private keys, made on first start (default: beside the database)")
        ->envname("HALLPASS_KEY_FILE");
    app.add_option("--role", settings.roles,
                   "name=NAME,permissions=PERMISSION …: a role beside the built-in ones; may be "
                   "given again")
        ->envname("HALLPASS_ROLE");
    app.add_option("--zones", settings.zones_file, "a time-zone table instead of the built-in one")
        ->envname("HALLPASS_ZONES");
}

void add_address_options(CLI::App& app, Settings& settings) {
    app.add_option("--listen", settings.listen, "address to listen on")
        ->envname("HALLPASS_LISTEN")
        ->capture_default_str();
    app.add_option("--port", settings.port, "port to listen on; 0 for any free one")
        ->envname("HALLPASS_PORT")
        ->capture_default_str();
    auto* certificate = app.add_option("--tls-certificate", settings.tls.certificate_file,
                                       "the server speaks TLS: its certificate and those that "
                                       "vouch for it, in PEM; read again at SIGHUP");
    auto* key = app.add_option("--tls-key", settings.tls.key_file,
                               "the certificate's private key, a file (0600) in PEM");
    certificate->envname("HALLPASS_TLS_CERTIFICATE")->needs(key);
    key->envname("HALLPASS_TLS_KEY")->needs(certificate);
    app.add_option("--public-url", settings.public_url,
                   "where browsers and edges reach this server")
        ->envname("HALLPASS_PUBLIC_URL");
    app.add_option("--issuer", settings.issuer, "`iss` of issued tokens (default: the public URL)")
        ->envname("HALLPASS_ISSUER");
    app.add_option("--audience", settings.audience, "`aud` of issued tokens")
        ->envname("HALLPASS_AUDIENCE")
        ->capture_default_str();
    app.add_option("--app-url", settings.app_url,
                   "the application that acts on /switch-user (default: the public URL)")
        ->envname("HALLPASS_APP_URL");
    app.add_option("--static", settings.static_dir, "a folder of pages to serve")
        ->envname("HALLPASS_STATIC");
}

void add_limit_options(CLI::App& app, Settings& settings) {
    app.add_option("--threads", settings.threads,
                   "threads that answer requests (at least 2); as many again, at least 4, look up "
                   "what may be long")
        ->envname("HALLPASS_THREADS")
        ->check(CLI::Range(2, 64))
        ->capture_default_str();
    app.add_option("--max-connections", settings.max_connections, "connections served at once")
        ->envname("HALLPASS_MAX_CONNECTIONS")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    app.add_option("--trusted-proxy", settings.trusted_proxies,
                   "an address or a network (10.0.0.0/8, fd00::/8) whose X-Forwarded-For is "
                   "believed; may be given again")
        ->envname("HALLPASS_TRUSTED_PROXY");
    app.add_option("--credential-burst", settings.credential_burst,
                   "wrong credentials one address may try in a burst")
        ->envname("HALLPASS_CREDENTIAL_BURST")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    app.add_option("--credentials-per-second", settings.credentials_per_second,
                   "and steadily after that")
        ->envname("HALLPASS_CREDENTIALS_PER_SECOND")
        ->check(CLI::Range(0.01, 1e6))
        ->capture_default_str();
    app.add_option_function<long>(
           "--sweep-seconds",
           [&](long seconds) { settings.sweep_every = std::chrono::seconds{seconds}; },
           "how often what has run out is written down (default 300)")
        ->envname("HALLPASS_SWEEP_SECONDS")
        ->check(CLI::Range(1, 86'400));
    app.add_option_function<long>(
           "--record-retention-days",
           [&](long days) { settings.record_retention = std::chrono::hours{24 * days}; },
           "after how many days personal data in the record is erased (default 0: never)")
        ->envname("HALLPASS_RECORD_RETENTION_DAYS")
        ->check(CLI::Range(0, 36'500));
    app.add_option_function<long>(
           "--login-minutes",
           [&](long minutes) { settings.login_lifetime = std::chrono::minutes{minutes}; },
           "how long a cookie login lasts (default 480)")
        ->envname("HALLPASS_LOGIN_MINUTES")
        ->check(CLI::Range(1, 43'200));
}

void add_log_options(CLI::App& app, CLI::App& serve, Settings& settings) {
    app.add_option_function<std::string>(
           "--log-format",
           [&settings](const std::string& name) {
               settings.log_format = name == "json" ? LogFormat::json : LogFormat::text;
           },
           "how standard error is written: text (default), or json, one object a line")
        ->envname("HALLPASS_LOG_FORMAT")
        ->check(CLI::IsMember({"text", "json"}));
    serve
        .add_flag("--log-requests", settings.log_requests,
                  "a line in the log for each request: method, route, status, time taken, bytes")
        ->envname("HALLPASS_LOG_REQUESTS");
}

void add_allowance(CLI::App& app, const char* name, const char* variable, Allowance& allowance,
                   const char* what) {
    app.add_option_function<std::string>(
           name, [&](const std::string& text) { allowance = Allowance::parse(text); }, what)
        ->envname(variable);
}

void add_allowance_options(CLI::App& app, AllowanceSettings& settings) {
    add_allowance(app, "--change-limit", "HALLPASS_CHANGE_LIMIT", settings.changes,
                  "changes one person may make: BURST+COUNT/s, /m or /h, or unlimited (default "
                  "600+10/s: 600 at once, then 10 a second)");
    add_allowance(app, "--service-change-limit", "HALLPASS_SERVICE_CHANGE_LIMIT",
                  settings.service_changes,
                  "the same for a service or identity provider (default 10000+1000/s)");
    add_allowance(app, "--request-limit", "HALLPASS_REQUEST_LIMIT", settings.requests,
                  "how often one user of a tenant may be asked for consent, whoever asks (default "
                  "20+6/h)");
    add_allowance(app, "--start-limit", "HALLPASS_START_LIMIT", settings.starts,
                  "how often sessions about one user of a tenant may be started, whoever does "
                  "(default 60+60/h)");
    app.add_option("--user-streams", settings.streams_of_a_user,
                   "streams of live events that one user may have open")
        ->envname("HALLPASS_USER_STREAMS")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
}

/// Each text of the option, read by `Part::parse`.
template <class Part>
auto parsed_into(std::vector<Part>& read) {
    return [&read](const std::vector<std::string>& texts) {
        for (const auto& text : texts) read.push_back(Part::parse(text));
    };
}

void add_provider_options(CLI::App& app, Settings& settings) {
    app.add_option_function<std::vector<std::string>>(
           "--identity", parsed_into(settings.issuers),
           "issuer=…,audience=…,secret=FILE or …,jwks=FILE, and what its claims mean: "
           "[,roles-claim=NAME[,role.THEIRS=OURS]][,scopes-claim=NAME][,tenant-claim=NAME]"
           "[,tenant=ID][,services=off]; may be given again")
        ->envname("HALLPASS_IDENTITY");
    app.add_option_function<std::vector<std::string>>(
           "--provisioning", parsed_into(settings.provisioning),
           "tenant=…,digest=FILE[,id=externalId][,suffix=…][,roles=NAME,…]: an identity provider "
           "keeps that tenant's users by SCIM; may be given again")
        ->envname("HALLPASS_PROVISIONING");
}

}  // namespace

std::optional<Command> parse_command_line(int argc, char** argv, int& exit_code) {
    Command command;
    CLI::App app{"hallpassd: consent-based act-as access"};
    app.set_version_flag("--version", HALLPASS_VERSION);
    app.set_config("--config", "", "a file with the same settings (TOML or INI)")
        ->envname("HALLPASS_CONFIG");
    // A line that is misspelt must not leave a setting unset without a word.
    app.allow_config_extras(CLI::config_extras_mode::error);
    app.require_subcommand(1);
    app.fallthrough();
    add_store_options(app, command.settings);

    auto* serve = app.add_subcommand("serve", "run the server");
    serve->configurable();
    add_address_options(*serve, command.settings);
    add_limit_options(*serve, command.settings);
    add_allowance_options(*serve, command.settings.allowances);
    add_notify_options(*serve, command.settings.notify);
    add_provider_options(*serve, command.settings);
    add_log_options(app, *serve, command.settings);
    serve
        ->add_flag("--demo", command.settings.demo,
                   "sign-in without a provider and a clock that can be moved; never in production")
        ->envname("HALLPASS_DEMO");

    bool check = false;
    serve->add_flag("--check", check,
                    "say what the settings come to and what cannot work, change nothing, and end");

    auto* import = app.add_subcommand("import", "bring the directory up to date from JSON Lines");
    import->add_option("file", command.import_file, "the file")->required();

    const auto* keys = add_key_command(app, command.keys);
    const auto* audit = add_audit_command(app, command.audit);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exit_code = app.exit(error);
        return std::nullopt;
    }
    if (check) command.kind = Command::Kind::check;
    if (import->parsed()) command.kind = Command::Kind::import;
    if (audit->parsed()) command.kind = Command::Kind::audit;
    if (keys->parsed()) command.kind = Command::Kind::keys;
    return command;
}

}  // namespace hallpass::server
