// The second thread: it does what the deciding side asks for, and keeps kiosk and desk level.
//
// Effects go in, actions come out, pictures besides; nothing else is shared. What is newest wins: of several searches
// that wait, only the last is done. It never waits for the network: transfers go on between two effects.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/log.hpp"
#include "kiosk/app/app.hpp"
#include "kiosk/paint/pictures.hpp"
#include "kiosk/shell/data_folder.hpp"
#include "kiosk/shell/identity.hpp"
#include "kiosk/shell/library.hpp"
#include "kiosk/ui/stage.hpp"

namespace kiosk {

class Worker {
public:
    struct Set {
        DataFolder folder;
        Identity identity;
        Showing showing;  // to begin with
        paint::FontPlaces fonts;
        const core::Clock& clock;
        core::Log log = core::Log::to_nowhere();
        std::function<void()> wake;  // called from other threads whenever something came
    };
    using Decoded = std::pair<ui::PictureWish, std::optional<paint::Picture>>;

    // The outbox must open before anything is shown: a kiosk that could not keep a request must not take one.
    [[nodiscard]] static core::Result<std::unique_ptr<Worker>> start(Set set);
    ~Worker();  // ends the thread
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    // Home can be seen. When it has stood for a while, this start counts as a good one (start_watch).
    void first_frame_drawn();

    void give(Effects effects);
    void give(std::vector<ui::PictureWish> wishes);
    [[nodiscard]] Actions take();
    [[nodiscard]] std::vector<Decoded> take_pictures();
    // Why it cannot go on at all: the content that was to be shown cannot be opened.
    [[nodiscard]] std::optional<core::Error> broken() const;

private:
    struct Inside;
    explicit Worker(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

}  // namespace kiosk
