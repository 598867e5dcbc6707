// Pango 1.50 keeps a reference to the fontconfig set-up of each font map that shaped text (some 14 kB): a program
// opens one or two, these tests open a hundred. Read by the leak sanitizer only.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
