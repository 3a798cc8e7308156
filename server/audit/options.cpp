#include <CLI/CLI.hpp>

#include "audit/command.hpp"
#include "hallpass/ids.hpp"

namespace hallpass::server {
namespace {

void add_moment(CLI::App& app, const char* name, std::optional<std::int64_t>& moment,
                const char* about) {
    app.add_option_function<std::string>(
        name,
        [&moment, name](const std::string& text) {
            const auto parsed = parse_moment(text, name);
            if (!parsed) throw CLI::ValidationError(name, parsed.error().message);
            moment = *parsed;
        },
        about);
}

void add_verify(CLI::App& audit, AuditCommand& command) {
    auto* verify = audit.add_subcommand(
        "verify", "check that the record is as it was written; names the first entry that is not");
    auto* file = verify->add_option("--file", command.file,
                                    "a JSON Lines export to check, without the database");
    verify->add_flag("--excerpt", command.excerpt, "the export holds chosen entries, not all")
        ->needs(file);
    verify->add_option_function<std::string>(
        "--expect-head",
        [&command](const std::string& text) {
            command.expected_head = RecordHead::parse(text);
            if (!command.expected_head) {
                throw CLI::ValidationError("--expect-head", "write it as SIZE:ROOT");
            }
        },
        "a head that was kept elsewhere, as verify prints it; it must still be part of the record");
    verify->add_option(
        "--checkpoint", command.checkpoint_file,
        "a signed head that was kept elsewhere; it must still be part of the record");
    verify->add_option_function<std::vector<std::string>>(
        "--record-key",
        [&command](const std::vector<std::string>& texts) {
            for (const auto& text : texts) {
                const auto key = NoteKey::parse(text);
                if (!key) throw CLI::ValidationError("--record-key", "write it as NAME+ID+KEY");
                command.verifiers.push_back(*key);
            }
        },
        "who signs heads, as GET /api/v1/audit/key says it; may be given again (default, for a"
        " database: the key beside its key file)");
    verify->callback([&command] { command.kind = AuditCommand::Kind::verify; });
}

void add_export(CLI::App& audit, AuditCommand& command) {
    using Format = AuditCommand::Format;
    auto* entries = audit.add_subcommand("export", "write entries of the record, oldest first");
    entries
        ->add_option("--format", command.format,
                     "jsonl (can be checked with verify --file), csv (for spreadsheets) or ocsf "
                     "(for security tools: OCSF 1.2.0, JSON Lines)")
        ->transform(CLI::CheckedTransformer(std::map<std::string, Format>{
            {"jsonl", Format::json_lines}, {"csv", Format::csv}, {"ocsf", Format::ocsf}}));
    entries->add_option("--output", command.output, "a new file (default: standard output)");
    auto& selection = command.selection;
    add_moment(*entries, "--from", selection.from_unix_ms, "from then on: RFC 3339, or a UTC date");
    add_moment(*entries, "--to", selection.to_unix_ms, "before then: RFC 3339, or a UTC date");
    entries->add_option("--tenant", selection.tenant_id, "about this tenant");
    entries->add_option("--user", selection.subject_id, "about this user");
    entries->add_option("--agent", selection.agent_id, "by or about this agent");
    entries->add_option("--session", selection.session_id, "in this act-as session");
    entries->callback([&command] { command.kind = AuditCommand::Kind::export_entries; });
}

void add_erase(CLI::App& audit, AuditCommand& command) {
    auto* erase = audit.add_subcommand(
        "erase",
        "erase personal data for good; the record's tree, heads and proofs stay as they are");
    auto* what = erase->add_option_group("what");
    what->add_option("--user", command.erase_user_id,
                     "what is about this user: entries, ended sessions, closed grants")
        ->check(CLI::Validator(
            [](const std::string& id) {
                return is_valid_id(id) ? std::string{} : "this is no user's id";
            },
            "ID"));
    add_moment(*what, "--before", command.erase_before_unix_ms,
               "what is older: RFC 3339, or a UTC date");
    what->require_option(1);
    erase->callback([&command] { command.kind = AuditCommand::Kind::erase; });
}

}  // namespace

CLI::App* add_audit_command(CLI::App& app, AuditCommand& command) {
    auto* audit =
        app.add_subcommand("audit", "the record: check it, export it, erase personal data");
    audit->require_subcommand(1);
    add_verify(*audit, command);
    add_export(*audit, command);
    add_erase(*audit, command);
    add_receipt_check(*audit, command.receipt)->callback([&command] {
        command.kind = AuditCommand::Kind::verify_receipt;
    });
    audit
        ->add_subcommand(
            "rekey",
            "the key in the key file's folder (a new one where there is none) signs the"
            " record's heads from now on")
        ->callback([&command] { command.kind = AuditCommand::Kind::rekey; });
    return audit;
}

}  // namespace hallpass::server
