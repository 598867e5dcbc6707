#include "core/catalog/people.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "core/base/utf8.hpp"

namespace catalog {
namespace {

struct Record {
    std::vector<std::string> cells;
    int line = 1;
};

// RFC 4180: quotes may hold commas, line ends and doubled quotes.
std::vector<Record> parse_csv(std::string_view csv, const std::string& file, core::Problems& problems) {
    std::vector<Record> records;
    Record record;
    std::string cell;
    bool quoted = false;
    int line = 1;
    const auto end_cell = [&] {
        record.cells.push_back(std::move(cell));
        cell.clear();
    };
    const auto end_record = [&] {
        end_cell();
        if (record.cells.size() > 1 || !record.cells.front().empty()) records.push_back(std::move(record));
        record = {};
        record.line = line;
    };
    for (std::size_t i = 0; i < csv.size(); ++i) {
        const char c = csv[i];
        if (c == '\n') ++line;
        if (quoted) {
            if (c != '"') {
                cell += c;
            } else if (i + 1 < csv.size() && csv[i + 1] == '"') {
                cell += '"';
                ++i;
            } else {
                quoted = false;
            }
        } else if (c == '"' && cell.empty()) {
            quoted = true;
        } else if (c == ',') {
            end_cell();
        } else if (c == '\n') {
            end_record();
        } else if (c != '\r') {
            cell += c;
        }
    }
    if (quoted) problems.push_back({core::Severity::error, file, record.line, 1, "a quote is opened and never closed", "Close it with \"."});
    if (!cell.empty() || !record.cells.empty()) end_record();
    return records;
}

std::vector<std::string> split_roles(std::string_view text) {
    std::vector<std::string> roles;
    while (!text.empty()) {
        const auto end = text.find(';');
        if (const auto role = core::utf8::trimmed(text.substr(0, end)); !role.empty()) roles.emplace_back(role);
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return roles;
}

}  // namespace

std::vector<Person> parse_people(std::string_view csv, const std::string& file, core::Problems& problems) {
    const auto tell = [&](int line, std::string what, std::string remedy) {
        problems.push_back({core::Severity::error, file, line, 1, std::move(what), std::move(remedy)});
    };
    if (const auto bad = core::utf8::find_invalid(csv)) {
        tell(1 + static_cast<int>(std::count(csv.begin(), csv.begin() + static_cast<std::ptrdiff_t>(*bad), '\n')), "not valid UTF-8", "Save the file as UTF-8.");
        return {};
    }
    const auto records = parse_csv(csv, file, problems);
    constexpr std::array<std::string_view, 9> columns = {"number", "name", "team", "site", "manager", "roles", "language", "badge", "email"};
    if (records.empty()) {
        tell(1, "no header line", "Start with number,name,team,site,manager,roles,language,badge,email.");
        return {};
    }
    std::array<std::optional<std::size_t>, columns.size()> at;
    const auto& header = records.front().cells;
    for (std::size_t c = 0; c < columns.size(); ++c) {
        const auto it = std::find(header.begin(), header.end(), columns[c]);
        if (it != header.end()) {
            at[c] = static_cast<std::size_t>(it - header.begin());
        } else if (c < 2) {
            tell(1, fmt::format("there is no column '{}'", columns[c]), "Add it to the header line.");
            return {};
        }
    }
    std::vector<Person> people;
    std::set<std::string> numbers;
    for (std::size_t r = 1; r < records.size(); ++r) {
        const Record& record = records[r];
        if (record.cells.size() != header.size()) {
            tell(record.line, fmt::format("{} cells, but the header has {}", record.cells.size(), header.size()), "Check the commas and quotes.");
            continue;
        }
        const auto cell = [&](std::size_t c) { return at[c] ? record.cells[*at[c]] : std::string(); };
        Person person{cell(0), cell(1), cell(2), cell(3), cell(4), split_roles(cell(5)), cell(6), cell(7), cell(8)};
        if (person.number.empty() || person.name.empty()) {
            tell(record.line, "a person needs a number and a name", "Fill both.");
        } else if (!numbers.insert(person.number).second) {
            tell(record.line, fmt::format("the number '{}' stands twice", person.number), "Give each person one number.");
        } else {
            people.push_back(std::move(person));
        }
    }
    return people;
}

}  // namespace catalog
