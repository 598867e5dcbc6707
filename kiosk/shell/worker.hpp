// The second thread: it does what the deciding side asks for, and keeps kiosk and desk level.
//
// Effects go in, actions come out, pictures besides; nothing else is shared. What is newest wins: of several searches
// that wait, only the last is done.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
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
        std::filesystem::path content;  // the release folder to begin with
        std::int64_t release = 0;
        paint::FontPlaces fonts;
        core::Log log = core::Log::to_nowhere();
        std::function<void()> wake;  // called from the worker's thread whenever something came
    };
    using Decoded = std::pair<ui::PictureWish, std::optional<paint::Picture>>;

    // The outbox must open before anything is shown: a kiosk that could not keep a request must not take one.
    [[nodiscard]] static core::Result<std::unique_ptr<Worker>> start(Set set);
    ~Worker();  // ends the thread
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;

    void give(Effects effects);
    void give(std::vector<ui::PictureWish> wishes);
    [[nodiscard]] Actions take();
    [[nodiscard]] std::vector<Decoded> take_pictures();

private:
    struct Inside;
    explicit Worker(std::unique_ptr<Inside> inside);
    std::unique_ptr<Inside> inside_;
};

// Fetches the desk's newest release into the data folder, waiting for it: at the first start, when there is nothing to show.
[[nodiscard]] core::Result<void> fetch_first_release(const DataFolder& folder, const Identity& identity, const core::Clock& clock);

}  // namespace kiosk
