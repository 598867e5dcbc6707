#include "core/catalog/form.hpp"
