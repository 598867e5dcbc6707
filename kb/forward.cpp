#include "kb/forward.hpp"

#include "kb/binary.hpp"

namespace kb {

std::string Forward::to_bytes() const {
    BinaryWriter out;
    out.number(documents.size());
    for (const ForwardDocument& each : documents) {
        out.number(each.is_service ? 1 : 0);
        for (const std::string* text : {&each.id, &each.language, &each.group, &each.title, &each.category, &each.description}) out.text(*text);
        out.number(each.title_stems.size());
        for (const StemId stem : each.title_stems) out.number(stem);
        out.number(each.sections.size());
        for (const ForwardSection& section : each.sections) {
            out.text(section.anchor);
            out.text(section.heading);
            out.number(section.text_at);
            out.number(section.text_size);
        }
    }
    return out.bytes();
}

core::Result<Forward> Forward::from_bytes(std::string_view bytes, std::uint64_t texts_size) {
    BinaryReader in(bytes);
    Forward forward;
    forward.documents.resize(in.count());
    for (ForwardDocument& each : forward.documents) {
        each.is_service = in.number() == 1;
        for (std::string* text : {&each.id, &each.language, &each.group, &each.title, &each.category, &each.description}) *text = in.text();
        each.title_stems.resize(in.count());
        for (StemId& stem : each.title_stems) stem = static_cast<StemId>(in.number());
        each.sections.resize(in.count());
        for (ForwardSection& section : each.sections) {
            section.anchor = in.text();
            section.heading = in.text();
            section.text_at = in.number();
            section.text_size = in.number();
            if (section.text_at > texts_size || section.text_size > texts_size - section.text_at) {
                return core::fail(core::ErrorKind::corrupt, "the list of documents is damaged");
            }
        }
        if (!in.ok()) break;
    }
    if (!in.ok() || !in.at_end()) return core::fail(core::ErrorKind::corrupt, "the list of documents is damaged");
    return forward;
}

}  // namespace kb
