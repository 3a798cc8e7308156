#include "audit/command.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "audit/ocsf.hpp"
#include "audit/record_lines.hpp"

namespace hallpass::server {
namespace {

/// A look at the database. It is not made where it is not there: an empty record would hold.
Connection open_record(const std::string& database) {
    constexpr std::string_view sqlite = "sqlite:";
    if (database.starts_with(sqlite) && !std::filesystem::exists(database.substr(sqlite.size()))) {
        throw std::runtime_error("there is no database at " + database);
    }
    return Connection{database};
}

int broken(const Finding& finding) {
    std::printf("BROKEN: entry %lld: %s\n", static_cast<long long>(finding.sequence),
                finding.what.c_str());
    return audit_broken;
}

int report(const ChainCheck& check, const AuditCommand& command) {
    if (const auto finding = check.finish()) return broken(*finding);
    std::printf("%lld entries, all as they were written\n",
                static_cast<long long>(check.entries()));
    if (command.excerpt) {
        std::printf("gaps between them: %lld; what is left out of an excerpt cannot be told\n",
                    static_cast<long long>(check.gaps()));
    } else if (check.entries() > 0) {
        std::printf("head: %s\n", check.head().text().c_str());
    }
    if (command.expected_head) {
        std::printf("the expected head is part of it\n");
    } else if (!command.excerpt) {
        std::printf(
            "A chain cannot tell by itself whether entries at its end are gone, or whether all of\n"
            "it was written anew. Keep the head where this server's operator cannot change it, "
            "and\n"
            "give it next time: --expect-head SEQUENCE:HASH\n");
    }
    return audit_holds;
}

int verify_database(const AuditCommand& command, const std::string& database) {
    auto store = open_record(database);
    ChainCheck check{ChainCheck::Extent::whole, command.expected_head};
    std::optional<Finding> finding;
    each_entry(store, {}, [&](const RecordRow& entry) {
        finding = check.take(entry);
        return !finding;
    });
    return finding ? broken(*finding) : report(check, command);
}

int verify_file(const AuditCommand& command) {
    std::ifstream input{command.file, std::ios::binary};
    if (!input) throw std::runtime_error("the file cannot be read: " + command.file);
    ChainCheck check{command.excerpt ? ChainCheck::Extent::excerpt : ChainCheck::Extent::whole,
                     command.expected_head};
    LineReader lines{input};
    std::int64_t number = 0;
    const auto at_line = [&](const std::string& what) {
        return broken({check.head().sequence + 1, "line " + std::to_string(number) + ": " + what});
    };
    while (const auto line = lines.next()) {
        ++number;
        const auto entry = read_json_line(*line);
        if (!entry) return at_line("it is not an entry as audit export writes it");
        if (auto finding = check.take(*entry)) return broken(*finding);
    }
    ++number;
    if (lines.fault() != nullptr) return at_line(lines.fault());
    return report(check, command);
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
    std::int64_t count = 0;
    RecordHead head;
    each_entry(store, command.selection, [&](const RecordRow& entry) {
        output << line_of(entry, command.format);
        ++count;
        head = {entry.sequence, entry.hash};
        return output.good();
    });
    output.flush();
    if (!output) throw std::runtime_error("not everything could be written");
    std::fprintf(stderr, "exported %lld entries\n", static_cast<long long>(count));
    if (count > 0 && command.selection.everything()) {
        std::fprintf(stderr, "head: %s\n", head.text().c_str());
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

int run_audit(const AuditCommand& command, const std::string& database) {
    if (command.kind == AuditCommand::Kind::export_entries) {
        return export_entries(command, database);
    }
    if (command.kind == AuditCommand::Kind::verify_receipt) {
        return run_receipt_check(command.receipt);
    }
    return command.file.empty() ? verify_database(command, database) : verify_file(command);
}

}  // namespace hallpass::server
