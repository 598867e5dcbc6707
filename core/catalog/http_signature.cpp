#include "core/catalog/http_signature.hpp"
