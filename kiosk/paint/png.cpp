#include "kiosk/paint/png.hpp"

#include <cairo.h>
#include <fmt/format.h>

namespace kiosk::paint {

core::Result<void> write_png(const std::filesystem::path& path, const Framebuffer& frame) {
    cairo_surface_t* surface = cairo_image_surface_create_for_data(frame.pixels, CAIRO_FORMAT_RGB24, frame.width,
                                                                   frame.height, frame.stride);
    cairo_status_t status = cairo_surface_status(surface);
    if (status == CAIRO_STATUS_SUCCESS) status = cairo_surface_write_to_png(surface, path.c_str());
    cairo_surface_destroy(surface);
    if (status == CAIRO_STATUS_SUCCESS) return {};
    return core::fail(core::ErrorKind::unavailable,
                      fmt::format("cannot write {}: {}", path.string(), cairo_status_to_string(status)));
}

}  // namespace kiosk::paint
