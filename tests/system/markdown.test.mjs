// Every example of the CommonMark and GFM specifications goes through `kb`, and what people would read is compared with
// the specification's HTML: as structure (blocks, levels, runs, links, pictures) or at least as text. What does not hold
// is listed with its reason in tests/data/kb/markdown-exceptions.json; an example that begins to fail, or to hold, fails here.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { browserPackages as packages, folder, run, source } from '../support/drive.mjs';

const { parseFragment } = packages('parse5');

const data = (name) => JSON.parse(readFileSync(join(source, 'tests/data/kb', name), 'utf8'));
const examples = [
  ...packages('commonmark-spec').tests.map((each) => ({ ...each, id: `commonmark ${each.number}` })),
  ...data('gfm-examples.json').examples.map((each) => ({ ...each, id: `gfm ${each.number}` })),
].map((each) => ({ ...each, markdown: each.markdown.replaceAll('→', '\t'), html: each.html.replaceAll('→', '\t') }));

// Addresses may be written with or without %20.
const address = (link) => link.replaceAll(/(%[0-9A-Fa-f]{2})+/g, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'));

// Runs of text, joined where they look alike; white space as a browser shows it.
class Words {
  runs = [];
  add(text, style = {}) {
    for (const character of text) {
      const isBlank = /[ \t\n\r\f]/.test(character) && !style.exact;
      const last = this.runs.at(-1)?.text.at(-1);
      if (isBlank && (last === undefined || last === ' ' || last === '\n')) continue;
      this.push(isBlank ? ' ' : character, style);
    }
  }
  push(text, { bold = false, italic = false, code = false, strike = false, link = '' }) {
    const look = JSON.stringify([bold, italic, code, strike, address(link)]);
    if (this.runs.at(-1)?.look === look) this.runs.at(-1).text += text;
    else this.runs.push({ look, text });
  }
  lineBreak() {
    this.trimEnd(/ +$/);
    if (this.runs.length > 0) this.push('\n', {});
  }
  trimEnd(pattern) {
    while (this.runs.length > 0) {
      this.runs.at(-1).text = this.runs.at(-1).text.replace(pattern, '');
      if (this.runs.at(-1).text !== '') return;
      this.runs.pop();
    }
  }
  take() {
    this.trimEnd(/[ \n]+$/);
    const taken = this.runs.map(({ look, text }) => [text, look]);
    this.runs = [];
    return taken;
  }
}

// How a browser's elements are the block tree's: lists are flat items with a level, what stands in an item but is no
// paragraph knows only its quotes; titles of links and languages of code are not kept.
class Reducer {
  blocks = [];
  words = new Words();
  pictures = [];

  run(html) {
    const page = { quote: 0, list: -1 };
    this.flow(parseFragment(html).childNodes, page);
    this.endParagraph(page);
    return this.blocks;
  }

  // An item that does not begin with words is its marker alone.
  emit(place, block) {
    if (block.kind !== 'paragraph' && place.item?.marker) this.item(place, []);
    if (block.kind === 'paragraph' && place.item) this.item(place, block.words);
    else this.blocks.push({ quote: place.quote, ...block });
  }

  item(place, words) {
    this.blocks.push({ kind: 'list_item', quote: place.quote, level: place.list, marker: place.item.marker, words });
    place.item.marker = '';
  }

  endParagraph(place, kind = {}) {
    const words = this.words.take();
    const pictures = this.pictures.splice(0);
    if (kind.kind === 'heading') for (const picture of pictures) this.emit(place, picture);
    if (words.length > 0) this.emit(place, { kind: 'paragraph', ...kind, words });
    if (kind.kind !== 'heading') for (const picture of pictures) this.emit(place, picture);
  }

  flow(nodes, place) {
    for (const node of nodes) {
      const name = node.tagName;
      if (name === 'p' || name === 'div') {
        this.endParagraph(place);
        this.flow(node.childNodes, place);
        this.endParagraph(place);
      } else if (/^h[1-6]$/.test(name)) {
        this.endParagraph(place);
        this.inline(node, {});
        this.endParagraph(place, { kind: 'heading', level: Number(name[1]) });
      } else if (name === 'blockquote') {
        this.endParagraph(place);
        this.flow(node.childNodes, { ...place, quote: place.quote + 1 });
        this.endParagraph({ ...place, quote: place.quote + 1 });
      } else if (name === 'ul' || name === 'ol') {
        this.endParagraph(place);
        this.list(node, place);
      } else if (name === 'pre') {
        this.endParagraph(place);
        this.emit(place, { kind: 'code', words: textOf(node).replace(/\n$/, '') });
      } else if (name === 'hr') {
        this.endParagraph(place);
        this.emit(place, { kind: 'rule' });
      } else if (name === 'table') {
        this.endParagraph(place);
        this.table(node, place);
      } else if (node.nodeName === '#text') {
        this.words.add(node.value);
      } else {
        this.inline({ childNodes: [node] }, {});
      }
    }
  }

  list(node, place) {
    let number = Number(attribute(node, 'start') ?? 1);
    for (const item of node.childNodes.filter((each) => each.tagName === 'li')) {
      const box = item.childNodes.map((each) => (each.tagName === 'p' ? each.childNodes[0] : each)).find((each) => each?.tagName === 'input');
      const marker = box ? (attribute(box, 'checked') === undefined ? '[ ]' : '[x]') : node.tagName === 'ol' ? `${number++}.` : '•';
      const inside = { ...place, list: place.list + 1, item: { marker } };
      const first = item.childNodes.find((each) => each.nodeName !== '#text' || each.value.trim() !== '');
      if (first?.tagName === 'ul' || first?.tagName === 'ol') this.item(inside, []);
      this.flow(item.childNodes, inside);
      this.endParagraph(inside);
      if (inside.item.marker) this.item(inside, []);
    }
  }

  table(node, place) {
    const rows = elements(node, 'tr').map((row) => row.childNodes.filter((each) => /^t[dh]$/.test(each.tagName)));
    const columns = rows[0].map((cell) => ({ right: 'end', center: 'centre' })[attribute(cell, 'align')] ?? 'start');
    const cells = rows.map((row) =>
      row.map((cell) => {
        this.inline(cell, {});
        return this.words.take();
      }),
    );
    this.emit(place, { kind: 'table', columns, rows: cells });
    for (const picture of this.pictures.splice(0)) this.emit(place, picture);
  }

  inline(parent, style) {
    for (const node of parent.childNodes) {
      const name = node.tagName;
      if (node.nodeName === '#text') this.words.add(node.value, style);
      else if (name === 'br') this.words.lineBreak();
      else if (name === 'img') {
        this.pictures.push({ kind: 'picture', picture: address(attribute(node, 'src') ?? ''), alt: attribute(node, 'alt') ?? '', caption: attribute(node, 'title') ?? '' });
      } else if (name === 'code') this.inline(node, { ...style, code: true, exact: true });
      else if (name === 'em' || name === 'i') this.inline(node, { ...style, italic: true });
      else if (name === 'strong' || name === 'b') this.inline(node, { ...style, bold: true });
      else if (name === 'del') this.inline(node, { ...style, strike: true });
      else if (name === 'a') this.inline(node, { ...style, link: attribute(node, 'href') ?? '' });
      else if (node.childNodes && name !== 'script' && name !== 'style') this.inline(node, style);
    }
  }
}

const attribute = (node, name) => node.attrs?.find((each) => each.name === name)?.value;
const textOf = (node) => node.value ?? (node.childNodes ?? []).map(textOf).join('');
const elements = (node, name) => (node.childNodes ?? []).flatMap((each) => (each.tagName === name ? [each] : elements(each, name)));

// The same form, of the blocks that `kb show --json` prints.
function ours(block) {
  const place = { kind: block.kind, quote: block.quote_depth };
  if (block.kind === 'heading') return { ...place, level: block.level, words: runs(block.words) };
  if (block.kind === 'list_item') return { ...place, level: block.level, marker: block.marker, words: runs(block.words) };
  if (block.kind === 'paragraph') return { ...place, words: runs(block.words) };
  if (block.kind === 'code') return { ...place, words: block.words.text };
  if (block.kind === 'picture') return { ...place, picture: address(block.picture), alt: block.alt, caption: block.caption };
  if (block.kind === 'table') return { ...place, columns: block.columns, rows: block.rows.map((row) => row.map(runs)) };
  return place;
}

function runs({ text, spans }) {
  const bytes = Buffer.from(text);
  const words = new Words();
  let at = 0;
  for (const span of [...spans, { begin: bytes.length, end: bytes.length }]) {
    words.push(bytes.subarray(at, span.begin).toString(), {});
    words.push(bytes.subarray(span.begin, span.end).toString(), span);
    at = span.end;
  }
  words.runs = words.runs.filter((each) => each.text !== '');
  return words.runs.map(({ look, text: words_ }) => [words_, look]);
}

const canonical = (blocks) => JSON.stringify(blocks.map((block) => Object.fromEntries(Object.entries(block).sort(([a], [b]) => (a < b ? -1 : 1)))));

function textOfBlocks(blocks) {
  const plain = (words) => (typeof words === 'string' ? words : words.map(([text]) => text).join(''));
  return blocks
    .flatMap((block) => (block.kind === 'table' ? block.rows.flat().map(plain) : [plain(block.words ?? ''), block.alt ?? '']))
    .join(' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function readByKb(t) {
  const content = folder(t);
  mkdirSync(join(content, 'articles/en'), { recursive: true });
  examples.forEach((each, i) => writeFileSync(join(content, `articles/en/e${i}.md`), `---\ntitle: An example of the specification\n---\n${each.markdown}`));
  const lines = run('kb', ['show', content, '--json'], { maxBuffer: 64 << 20 }).trim().split('\n');
  const read = new Map(lines.map((line) => JSON.parse(line)).map((article) => [article.id, article.blocks]));
  return examples.map((_, i) => read.get(`en/e${i}`));
}

test('the examples of CommonMark and GFM hold, but for those that are listed with a reason', (t) => {
  const read = readByKb(t);
  const found = { structure: [], text: [], nothing: [] };
  const failures = new Map();
  const sections = new Map();
  examples.forEach((example, i) => {
    const expected = new Reducer().run(example.html);
    const got = read[i].map(ours);
    const holds = canonical(got) === canonical(expected) ? 'structure' : textOfBlocks(got) === textOfBlocks(expected) ? 'text' : 'nothing';
    found[holds].push(example.id);
    failures.set(example.id, `${example.id} (${example.section}) holds as ${holds}\n${example.markdown}\n  expected ${canonical(expected)}\n  got      ${canonical(got)}`);
    const section = sections.get(example.section) ?? { structure: 0, text: 0, nothing: 0 };
    ++section[holds];
    sections.set(example.section, section);
  });
  for (const [name, { structure, text, nothing }] of sections) t.diagnostic(`${name}: ${structure} as structure, ${text} as text, ${nothing} as neither`);
  const count = (kind) => ['commonmark', 'gfm'].map((spec) => found[kind].filter((id) => id.startsWith(spec)).length).join(' + ');
  t.diagnostic(`CommonMark 0.31.2 + GFM's extensions: ${count('structure')} as structure, ${count('text')} as text only, ${count('nothing')} as neither`);

  const listed = { structure: new Set(), text: new Set(), nothing: new Set() };
  for (const group of data('markdown-exceptions.json').groups) {
    assert.ok(group.reason.length > 20, 'every group says why');
    for (const id of group.examples) {
      assert.ok(failures.has(id), `${id} is no example`);
      assert.ok(!listed.text.has(id) && !listed.nothing.has(id), `${id} is listed twice`);
      listed[group.holds].add(id);
    }
  }
  const wrong = [];
  for (const id of [...found.text, ...found.nothing]) {
    const holds = found.text.includes(id) ? 'text' : 'nothing';
    if (!listed[holds].has(id)) wrong.push(`${failures.get(id)}\n`);
  }
  for (const id of [...listed.text, ...listed.nothing]) if (found.structure.includes(id)) wrong.push(`${id} holds now: take it off the list\n`);
  assert.ok(wrong.length === 0, `${wrong.length} examples are not as listed:\n\n${wrong.join('\n')}`);
});
