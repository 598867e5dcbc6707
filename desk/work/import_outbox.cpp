#include "desk/work/import_outbox.hpp"

#include <utility>

#include "core/base/file.hpp"
#include "core/base/utf8.hpp"
#include "core/catalog/request.hpp"
#include "desk/work/desk.hpp"
#include "desk/work/intake.hpp"

namespace desk {
namespace {

// Envelopes of one commit, and the lines they stood on.
struct Batch {
    std::vector<std::string> envelopes;
    std::vector<std::size_t> lines;
};

core::Result<void> deliver_and_count(Desk& desk, Batch& batch, Imported& imported) {
    auto deliveries = deliver_batch(desk, batch.envelopes, "");
    if (!deliveries) return core::fail(deliveries.error());
    for (std::size_t i = 0; i < deliveries->size(); ++i) {
        catalog::Delivery& it = (*deliveries)[i];
        if (it.outcome == "stored") ++imported.stored;
        else if (it.outcome == "seen") ++imported.seen;
        else if (it.outcome == "quarantined") ++imported.quarantined;
        else if (it.outcome == "conflict") ++imported.conflicts;
        else if (it.outcome == "retry") return core::fail(core::ErrorKind::unavailable, std::move(it.problem));
        else imported.refused.push_back({batch.lines[i], std::move(it.problem)});
        if (!it.receipt.empty()) imported.receipts.push_back(std::move(it.receipt));
    }
    batch = {};
    return {};
}

}  // namespace

core::Result<Imported> import_outbox(Desk& desk, const std::filesystem::path& file) {
    auto text = core::read_file(file);
    if (!text) return core::fail(text.error());
    Imported imported;
    Batch batch;
    std::string_view rest = *text;
    for (std::size_t line = 1; !rest.empty(); ++line) {
        const auto end = rest.find('\n');
        const auto envelope = core::utf8::trimmed(rest.substr(0, end));
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (envelope.empty()) continue;
        batch.envelopes.emplace_back(envelope);
        batch.lines.push_back(line);
        if (batch.envelopes.size() < catalog::largest_batch) continue;
        if (auto done = deliver_and_count(desk, batch, imported); !done) return core::fail(done.error());
    }
    if (!batch.envelopes.empty()) {
        if (auto done = deliver_and_count(desk, batch, imported); !done) return core::fail(done.error());
    }
    return imported;
}

}  // namespace desk
