#include "kiosk/shell/window.hpp"

#include <sys/ipc.h>
#include <sys/shm.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <chrono>
#include <cstdlib>

#include <fmt/format.h>

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#define GLFW_EXPOSE_NATIVE_X11
#include <GLFW/glfw3native.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>

#include "core/base/file.hpp"

namespace kiosk {
namespace {

// Pixels a millimetre of the panel that themes are drawn for: 1920 pixels over 531 mm.
constexpr float pixels_per_mm_at_scale_1 = 1920.0F / 531.0F;
constexpr float least_scale = 0.5F;
constexpr float largest_scale = 3.0F;

std::optional<ui::Key> key_of(int glfw_key) {
    switch (glfw_key) {
        case GLFW_KEY_TAB: return ui::Key::tab;
        case GLFW_KEY_ENTER:
        case GLFW_KEY_KP_ENTER: return ui::Key::enter;
        case GLFW_KEY_ESCAPE: return ui::Key::escape;
        case GLFW_KEY_BACKSPACE: return ui::Key::backspace;
        case GLFW_KEY_LEFT: return ui::Key::left;
        case GLFW_KEY_RIGHT: return ui::Key::right;
        case GLFW_KEY_UP: return ui::Key::up;
        case GLFW_KEY_DOWN: return ui::Key::down;
        case GLFW_KEY_HOME: return ui::Key::home;
        case GLFW_KEY_END: return ui::Key::end;
        case GLFW_KEY_PAGE_UP: return ui::Key::page_up;
        case GLFW_KEY_PAGE_DOWN: return ui::Key::page_down;
        default: return std::nullopt;
    }
}

std::string utf8_of(unsigned int code_point) {
    std::string text;
    if (code_point < 0x80) {
        text += static_cast<char>(code_point);
    } else if (code_point < 0x800) {
        text += static_cast<char>(0xC0 | (code_point >> 6));
        text += static_cast<char>(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        text += static_cast<char>(0xE0 | (code_point >> 12));
        text += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (code_point & 0x3F));
    } else {
        text += static_cast<char>(0xF0 | (code_point >> 18));
        text += static_cast<char>(0x80 | ((code_point >> 12) & 0x3F));
        text += static_cast<char>(0x80 | ((code_point >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (code_point & 0x3F));
    }
    return text;
}

// An image of the window's size, in memory shared with the X server where that is possible.
class Screen {
public:
    Screen(Display* display, ::Window window, int width, int height) : display_(display), window_(window) {
        XWindowAttributes about{};
        XGetWindowAttributes(display, window, &about);
        context_ = XCreateGC(display, window, 0, nullptr);
        if (XShmQueryExtension(display)) make_shared(about, width, height);
        if (!image_) make_plain(about, width, height);
    }
    ~Screen() {
        if (is_shared_) {
            XShmDetach(display_, &segment_);
            XSync(display_, False);
            image_->data = nullptr;
            shmdt(segment_.shmaddr);
        }
        if (image_) XDestroyImage(image_);
        XFreeGC(display_, context_);
    }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    [[nodiscard]] paint::Framebuffer framebuffer() const {
        return {reinterpret_cast<std::uint8_t*>(image_->data), image_->width, image_->height, image_->bytes_per_line};
    }

    void present(std::span<const paint::PixelRect> rects) {
        for (const paint::PixelRect& rect : rects) {
            const auto width = static_cast<unsigned>(rect.width);
            const auto height = static_cast<unsigned>(rect.height);
            if (is_shared_) {
                XShmPutImage(display_, window_, context_, image_, rect.x, rect.y, rect.x, rect.y, width, height, False);
            } else {
                XPutImage(display_, window_, context_, image_, rect.x, rect.y, rect.x, rect.y, width, height);
            }
        }
        // The server must have read the memory before the next frame is drawn into it.
        XSync(display_, False);
    }

private:
    void make_shared(const XWindowAttributes& about, int width, int height) {
        image_ = XShmCreateImage(display_, about.visual, static_cast<unsigned>(about.depth), ZPixmap, nullptr, &segment_,
                                 static_cast<unsigned>(width), static_cast<unsigned>(height));
        if (!image_) return;
        const auto bytes = static_cast<std::size_t>(image_->bytes_per_line) * static_cast<std::size_t>(height);
        segment_.shmid = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
        void* memory = segment_.shmid < 0 ? reinterpret_cast<void*>(-1) : shmat(segment_.shmid, nullptr, 0);
        // Marked now: the segment goes when the last one lets go of it, also after a crash.
        if (segment_.shmid >= 0 && memory != reinterpret_cast<void*>(-1)) {
            segment_.shmaddr = image_->data = static_cast<char*>(memory);
            segment_.readOnly = False;
            is_shared_ = attach();
        }
        if (segment_.shmid >= 0) shmctl(segment_.shmid, IPC_RMID, nullptr);
        if (is_shared_) return;
        if (segment_.shmaddr) shmdt(segment_.shmaddr);
        image_->data = nullptr;
        XDestroyImage(image_);
        image_ = nullptr;
    }

    // A server on another machine says that it can, and then refuses: an X error, which would end the program.
    bool attach() {
        static bool refused;
        refused = false;
        XSync(display_, False);
        const auto usual = XSetErrorHandler([](Display*, XErrorEvent*) {
            refused = true;
            return 0;
        });
        const bool asked = XShmAttach(display_, &segment_) != 0;
        XSync(display_, False);
        XSetErrorHandler(usual);
        return asked && !refused;
    }

    void make_plain(const XWindowAttributes& about, int width, int height) {
        const auto bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4;
        image_ = XCreateImage(display_, about.visual, static_cast<unsigned>(about.depth), ZPixmap, 0,
                              static_cast<char*>(std::calloc(bytes, 1)), static_cast<unsigned>(width), static_cast<unsigned>(height), 32, 0);
    }

    Display* display_;
    ::Window window_;
    GC context_ = nullptr;
    XShmSegmentInfo segment_{};
    bool is_shared_ = false;
    XImage* image_ = nullptr;
};

}  // namespace

struct Window::Inside {
    GLFWwindow* window = nullptr;
    std::unique_ptr<Screen> screen;
    Size size;
    bool exposed = true;
    double pointer_x = 0;
    double pointer_y = 0;
    std::vector<ui::InputEvent> events;

    ~Inside() {
        screen.reset();
        if (window) glfwDestroyWindow(window);
        glfwTerminate();
    }

    static Inside& of(GLFWwindow* window) { return *static_cast<Inside*>(glfwGetWindowUserPointer(window)); }

    void listen() {
        glfwSetWindowUserPointer(window, this);
        glfwSetCursorPosCallback(window, [](GLFWwindow* w, double x, double y) {
            Inside& self = of(w);
            self.pointer_x = x;
            self.pointer_y = y;
            self.events.push_back(ui::PointerMoved{static_cast<float>(x), static_cast<float>(y), now_ms()});
        });
        glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int button, int action, int) {
            if (button != GLFW_MOUSE_BUTTON_LEFT) return;
            Inside& self = of(w);
            const auto x = static_cast<float>(self.pointer_x);
            const auto y = static_cast<float>(self.pointer_y);
            if (action == GLFW_PRESS) {
                self.events.push_back(ui::PointerPressed{x, y, now_ms(), false});
            } else {
                self.events.push_back(ui::PointerReleased{x, y, now_ms()});
            }
        });
        glfwSetScrollCallback(window, [](GLFWwindow* w, double, double steps) {
            Inside& self = of(w);
            self.events.push_back(ui::Wheel{static_cast<float>(self.pointer_x), static_cast<float>(self.pointer_y), static_cast<float>(steps), now_ms()});
        });
        glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int, int action, int modifiers) {
            const auto known = key_of(key);
            if (action == GLFW_RELEASE || !known) return;
            of(w).events.push_back(ui::KeyPressed{*known, (modifiers & GLFW_MOD_SHIFT) != 0, (modifiers & GLFW_MOD_CONTROL) != 0});
        });
        glfwSetCharCallback(window, [](GLFWwindow* w, unsigned int code_point) { of(w).events.push_back(ui::Characters{utf8_of(code_point)}); });
        glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int focused) {
            if (!focused) of(w).events.push_back(ui::PointerCancelled{});
        });
        glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { of(w).exposed = true; });
        glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int width, int height) {
            if (width > 0 && height > 0) of(w).resize({width, height});
        });
    }

    void resize(Size to) {
        size = to;
        screen = std::make_unique<Screen>(glfwGetX11Display(), glfwGetX11Window(window), to.width, to.height);
        exposed = true;
    }
};

core::Result<std::unique_ptr<Window>> Window::open(std::optional<Size> size) {
    if (!glfwInit()) {
        return core::fail(core::ErrorKind::unavailable, "there is no display to open a window on; set DISPLAY, or use `kiosk shot` for pictures");
    }
    auto inside = std::make_unique<Inside>();
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    if (!size) {
        if (!mode) return core::fail(core::ErrorKind::unavailable, "the display has no screen");
        glfwWindowHint(GLFW_DECORATED, GLFW_FALSE);
        size = Size{mode->width, mode->height};
    } else {
        glfwWindowHint(GLFW_DECORATED, mode && (size->width < mode->width || size->height < mode->height) ? GLFW_TRUE : GLFW_FALSE);
    }
    inside->window = glfwCreateWindow(size->width, size->height, "Foyer", nullptr, nullptr);
    if (!inside->window) return core::fail(core::ErrorKind::unavailable, "the display gives no window");
    glfwSetWindowPos(inside->window, 0, 0);
    inside->listen();
    int width = 0;
    int height = 0;
    glfwGetFramebufferSize(inside->window, &width, &height);
    inside->resize({width, height});
    glfwFocusWindow(inside->window);
    return std::unique_ptr<Window>(new Window(std::move(inside)));
}

Window::Window(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}
Window::~Window() = default;

bool Window::should_close() const { return glfwWindowShouldClose(inside_->window) != 0; }
std::vector<ui::InputEvent> Window::take_events() { return std::exchange(inside_->events, {}); }
paint::Framebuffer Window::framebuffer() { return inside_->screen->framebuffer(); }
bool Window::take_exposed() { return std::exchange(inside_->exposed, false); }
void Window::present(std::span<const paint::PixelRect> rects) { inside_->screen->present(rects); }

float Window::scale_of_panel() const {
    GLFWmonitor* monitor = glfwGetPrimaryMonitor();
    const GLFWvidmode* mode = monitor ? glfwGetVideoMode(monitor) : nullptr;
    int width_mm = 0;
    int height_mm = 0;
    if (monitor) glfwGetMonitorPhysicalSize(monitor, &width_mm, &height_mm);
    if (!mode || width_mm <= 0) return 1.0F;
    const float pixels_per_mm = static_cast<float>(mode->width) / static_cast<float>(width_mm);
    return std::clamp(pixels_per_mm / pixels_per_mm_at_scale_1, least_scale, largest_scale);
}

double Window::now_ms() {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void Window::wait_events(std::optional<double> at_most_ms) {
    if (!at_most_ms) {
        glfwWaitEvents();
    } else if (*at_most_ms <= 0) {
        glfwPollEvents();
    } else {
        glfwWaitEventsTimeout(*at_most_ms / 1000.0);
    }
}

void Window::wake() { glfwPostEmptyEvent(); }

}  // namespace kiosk
