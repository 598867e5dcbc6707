#include "core/catalog/service.hpp"
