#include "core/catalog/request.hpp"
