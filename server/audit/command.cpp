#include "audit/command.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "audit/ocsf.hpp"
#include "audit/record_key.hpp"
#include "audit/record_lines.hpp"
#include "audit/verify.hpp"

namespace hallpass::server {
namespace {

/// The newest signed head, for whoever checks the export; nothing where none was signed yet.
void write_checkpoint(Connection& store, std::ostream& output) {
    store.query("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1", "t", {},
                [&](Columns& columns) { output << checkpoint_line(columns.text()) << '\n'; });
}

std::string line_of(const RecordRow& entry, AuditCommand::Format format) {
    switch (format) {
        case AuditCommand::Format::csv: return csv_line(entry);
        case AuditCommand::Format::ocsf: return ocsf_line(entry) + "\n";
        case AuditCommand::Format::json_lines: break;
    }
    return json_line(entry) + "\n";
}

void write_entries(const AuditCommand& command, Connection& store, std::ostream& output) {
    using Format = AuditCommand::Format;
    if (command.format == Format::csv) output << csv_header();
    const bool whole = command.selection.everything();
    if (whole && command.format == Format::json_lines) write_checkpoint(store, output);
    std::int64_t count = 0;
    merkle::Frontier tree{tree_sha256};
    each_entry(store, command.selection, [&](const RecordRow& entry) {
        output << line_of(entry, command.format);
        ++count;
        if (whole) tree.append(leaf_hash_of(entry));
        return output.good();
    });
    output.flush();
    if (!output) throw std::runtime_error("not everything could be written");
    std::fprintf(stderr, "exported %lld entries\n", static_cast<long long>(count));
    if (count > 0 && whole) {
        std::fprintf(stderr, "head: %s\n",
                     RecordHead::of({tree.size(), tree.root()}).text().c_str());
    }
}

int export_entries(const AuditCommand& command, const std::string& database) {
    auto store = open_record(database);
    if (command.output.empty()) {
        write_entries(command, store, std::cout);
        return audit_holds;
    }
    if (std::filesystem::exists(command.output)) {
        throw std::runtime_error("there is a file already: " + command.output);
    }
    std::ofstream file{command.output, std::ios::binary};
    if (!file) throw std::runtime_error("the file cannot be written: " + command.output);
    write_entries(command, store, file);
    return audit_holds;
}

}  // namespace

int run_audit(const AuditCommand& command, const Settings& settings) {
    using Kind = AuditCommand::Kind;
    switch (command.kind) {
        case Kind::export_entries: return export_entries(command, settings.database);
        case Kind::verify_receipt: return run_receipt_check(command.receipt);
        case Kind::rekey: return rekey_record(settings);
        case Kind::erase: return run_erasure(command, settings);
        case Kind::verify: break;
    }
    return command.file.empty() ? verify_database(command, settings) : verify_file(command);
}

}  // namespace hallpass::server
