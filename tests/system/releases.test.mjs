// Content on its way from a desk to its kiosks, with real processes and every byte counted: what a change costs, what
// survives a line that breaks and a process that is killed, who gets what, and whom a kiosk believes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, cpSync, existsSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Desk, Display, Kiosk, content, filesBelow, folder, freePort, program, run, until } from '../support/drive.mjs';

const articles = 300;
const kills = 32;

// Always the same, so that a run can be repeated.
function random(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

// A line to the desk that counts what comes back, and breaks when it is told to.
class Line {
  static async open(t, desk) {
    const line = new Line();
    Object.assign(line, { port: await freePort(), bytes: 0, left: Infinity, sockets: new Set() });
    const server = createServer((kiosk) => {
      if (line.left <= 0) return kiosk.destroy();
      const there = createConnection(desk.port, '127.0.0.1');
      for (const socket of [kiosk, there]) {
        line.sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => { kiosk.destroy(); there.destroy(); });
      }
      kiosk.on('data', (data) => there.write(data));
      there.on('data', (data) => {
        const part = data.subarray(0, Math.max(0, line.left));
        line.bytes += part.length;
        line.left -= part.length;
        kiosk.write(part, () => { if (line.left <= 0) for (const socket of line.sockets) socket.destroy(); });
      });
    });
    await new Promise((done) => server.listen(line.port, '127.0.0.1', done));
    t.after(() => {
      for (const socket of line.sockets) socket.destroy();
      server.close();
    });
    line.url = `http://127.0.0.1:${line.port}`;
    return line;
  }

  async counted(work) {
    const before = this.bytes;
    await work();
    return this.bytes - before;
  }
}

class Shop {
  constructor(t, desk, line) {
    Object.assign(this, { t, desk, line, content: join(folder(t), 'content'), store: join(desk.data, 'releases') });
    cpSync(content, this.content, { recursive: true });
    const next = random(7);
    const words = readFileSync(join(content, 'articles/en/card-reader-not-responding.md'), 'utf8').split('---')[2].match(/[a-z]{3,}/g);
    for (let number = 0; number < articles; ++number) {
      const text = Array.from({ length: 220 }, () => words[Math.floor(next() * words.length)] + (next() < 0.1 ? `-${Math.floor(next() * 5000)}` : '')).join(' ');
      this.write(number, text);
    }
  }

  article(number) {
    return join(this.content, `articles/en/handbook-${number}.md`);
  }

  write(number, text) {
    const head = `title: Handbook page ${number}\ndescription: Page ${number} of the handbook.\ncategory: computers\naudience: staff\n`;
    writeFileSync(this.article(number), `---\n${head}---\n${text}\n`);
  }

  publish(...words) {
    return JSON.parse(this.desk.command('publish', [this.content, '--json', ...words]));
  }

  // What the desk's operator sees of a kiosk: "12-0123abcd" and its state.
  seen(name) {
    const kiosk = JSON.parse(this.desk.command('kiosk', ['list', '--json'])).kiosks.find((each) => each.name === name);
    return { version: Number(kiosk.shows.release.split('-')[0]), ...kiosk.shows };
  }
}

// A kiosk's data folder, worked on by commands.
class Data {
  constructor(t, shop, path = join(folder(t), 'kiosk')) {
    Object.assign(this, { t, shop, path });
  }

  async join() {
    const { code, said } = await this.command('enrol', '--desk', this.shop.line.url, '--code', this.shop.desk.enrolCode());
    assert.equal(code, 0, said);
    this.name = said.match(/^Enrolled as (K\d+) /)[1];
  }

  // Not the blocking way: the line to the desk runs in this very process.
  async command(...words) {
    const process = program(this.t, 'kiosk', [...words, '--data', this.path]);
    const { code } = await process.gone;
    return { code, said: process.words };
  }

  async fetch() {
    const { code, said } = await this.command('release', 'fetch', '--json');
    assert.equal(code, 0, said);
    return JSON.parse(said);
  }

  async shows() {
    const { code, said } = await this.command('release', 'show', '--json');
    assert.equal(code, 0, said);
    return JSON.parse(said);
  }

  // The version that the next start would show, after every byte of it was held against the list that the desk signed.
  checked() {
    const [version, hash] = basename(readlinkSync(join(this.path, 'content/current'))).split('-');
    const manifests = join(this.path, 'content/manifests');
    const file = readdirSync(manifests).find((each) => each.startsWith(hash) && each.endsWith('.json'));
    const bytes = readFileSync(join(manifests, file));
    assert.equal(`${createHash('sha256').update(bytes).digest('hex')}.json`, file);
    for (const { path, sha256 } of JSON.parse(bytes).files) {
      const there = readFileSync(join(this.path, 'content/current', path));
      assert.equal(createHash('sha256').update(there).digest('hex'), sha256, `${path} of release ${version}`);
    }
    return Number(version);
  }

  article(number) {
    return readFileSync(join(this.path, 'content/current', `articles/en/handbook-${number}.md`), 'utf8');
  }
}

async function openShop(t) {
  const desk = await Desk.make(t);
  await desk.serve();
  return new Shop(t, desk, await Line.open(t, desk));
}

test('a changed article costs its own bytes, a broken line goes on where it broke, a killed kiosk shows old or new', async (t) => {
  const shop = await openShop(t);
  assert.equal(shop.publish().outcome, 'built');
  const kiosk = new Data(t, shop);
  let whole = 0;

  await t.test('one article of three hundred', async () => {
    whole = await shop.line.counted(() => kiosk.join());
    const before = kiosk.checked();
    appendFileSync(shop.article(17), 'The lamp over the till is changed by the caretaker.\n');
    const { version } = shop.publish();
    let fetched;
    const bytes = await shop.line.counted(async () => { fetched = await kiosk.fetch(); });
    t.diagnostic(`a new kiosk: ${whole} bytes; one changed article: ${bytes} bytes with all of HTTP, ${fetched.bytes} without`);
    assert.equal(fetched.version, version);
    assert.equal(kiosk.checked(), before + 1);
    assert.equal((await kiosk.shows()).version, version);
    assert.match(kiosk.article(17), /caretaker/);
    assert.ok(fetched.bytes < whole / 100, `${fetched.bytes} of ${whole} bytes`);
    assert.ok(bytes < whole / 50, `${bytes} of ${whole} bytes`);
    assert.ok(await shop.line.counted(() => kiosk.fetch()) < 4_000, 'nothing new costs a look');
  });

  await t.test('a line that breaks in the middle', async () => {
    const other = new Data(t, shop);
    shop.line.left = Math.floor(whole * 0.6);
    const first = await shop.line.counted(() => other.join());
    assert.equal((await other.command('release', 'show')).code, 1, 'nothing is shown of a half release');
    assert.equal((await other.command('release', 'fetch')).code, 1);
    shop.line.left = Infinity;
    const second = await shop.line.counted(() => other.fetch());
    t.diagnostic(`broken after ${first} of ${whole} bytes, then ${second} more`);
    assert.equal(other.checked(), kiosk.checked());
    assert.ok(second < whole * 0.55, `${second} bytes after ${first} of ${whole}`);
  });

  await t.test(`killed ${kills} times`, async () => {
    const next = random(11);
    const before = kiosk.checked();
    for (let number = 0; number < 30; ++number) shop.write(number, `Number ${number} was written anew. ${'It says more than it did. '.repeat(8)}`);
    const { version } = shop.publish();
    const tried = new Data(t, shop, join(folder(t), 'tried'));
    const renew = () => {
      rmSync(tried.path, { recursive: true, force: true });
      cpSync(kiosk.path, tried.path, { recursive: true, verbatimSymlinks: true });
    };
    renew();
    const began = Date.now();
    await tried.fetch();
    const length = Date.now() - began;

    renew();
    const ends = { [before]: 0, [version]: 0 };
    let killed = 0;
    for (let tries = 0; killed < kills && tries < 4 * kills; ++tries) {
      const fetching = program(t, 'kiosk', ['release', 'fetch', '--data', tried.path]);
      await sleep(next() * length * 1.1);
      const { signal } = await fetching.end('SIGKILL');
      if (signal === 'SIGKILL') ++killed;
      const shown = tried.checked();
      assert.ok(shown in ends, `shows ${shown}, neither ${before} nor ${version}`);
      ++ends[shown];
      if (shown === version) renew();
    }
    assert.equal(killed, kills);
    t.diagnostic(`fetching took ${length} ms; ${killed} kills, then the old release ${ends[before]} times and the new one ${ends[version]} times`);
    await tried.fetch();
    assert.equal(tried.checked(), version);
    assert.equal((await tried.command('shot', '--out', join(folder(t), 'home.png'))).code, 0);
  });
});

test('an operator decides who gets a release and sees who has it, and takes it back', async (t) => {
  const shop = await openShop(t);
  const first = shop.publish();
  const display = await Display.open(t);
  const kiosks = [];
  for (const data of [new Data(t, shop), new Data(t, shop)]) {
    await data.join();
    kiosks.push({ data, name: data.name, running: new Kiosk(t, display, data.path) });
  }
  const [canary, stable] = kiosks;
  // A kiosk asks at its start, and then once a minute.
  const restart = async () => {
    for (const { running } of kiosks) {
      if (running.process) await running.end();
      await running.start();
    }
  };
  const shows = ({ name }, version, state) => until(`${name} to tell ${version}, ${state}`, () => {
    const seen = shop.seen(name);
    return seen.version === version && seen.state === state && seen;
  });

  shop.desk.command('kiosk', ['channel', 'canary', canary.name]);
  await restart();
  for (const each of kiosks) await shows(each, first.version, 'current');

  shop.write(1, 'Only some know this yet.');
  const second = shop.publish('--channel', 'canary');
  assert.equal(second.outcome, 'built');
  await restart();
  assert.equal((await shows(canary, second.version, 'current')).channel, 'canary');
  assert.equal((await shows(stable, first.version, 'current')).channel, 'stable');
  assert.match(canary.data.article(1), /Only some/);
  assert.doesNotMatch(stable.data.article(1), /Only some/);

  shop.write(2, 'Nobody knows this yet.');
  const third = shop.publish('--percent', '0');
  await restart();
  await shows(canary, second.version, 'held_back');
  await shows(stable, first.version, 'held_back');
  const all = shop.publish('--percent', '100');
  assert.deepEqual([all.outcome, all.version], ['signed_on', third.version]);
  await restart();
  for (const each of kiosks) await shows(each, third.version, 'current');

  run('kb', ['release', 'rollback', shop.store, '--to', String(first.version), '--key', join(shop.desk.data, 'keys.json')]);
  await restart();
  for (const each of kiosks) {
    await shows(each, third.version + 1, 'current');
    assert.doesNotMatch(each.data.article(2), /Nobody/);
  }
});

test('a release that never gets as far as home gives way to the one before', async (t) => {
  const shop = await openShop(t);
  const good = shop.publish();
  const data = new Data(t, shop);
  await data.join();
  shop.write(3, 'The last word.');
  const bad = shop.publish();
  await data.fetch();
  assert.equal((await data.shows()).version, bad.version);

  const display = await Display.open(t);
  const kiosk = new Kiosk(t, display, data.path);
  const notes = join(data.path, 'starts.json');
  for (let count = 1; count <= 3; ++count) {
    kiosk.launch();
    await until('the note of the start', () => existsSync(notes) && JSON.parse(readFileSync(notes)).starts === count);
    await kiosk.end('SIGKILL');
    assert.equal((await data.shows()).version, bad.version);
  }
  await kiosk.start();
  const shown = await data.shows();
  assert.equal(shown.version, good.version);
  assert.equal(shown.bad.length, 1);
  await until('the desk to hear of it', () => {
    const seen = shop.seen(data.name);
    return seen.version === good.version && seen.state === 'unfit';
  });
  await until('the start to count as a good one', () => !existsSync(notes));

  shop.write(3, 'The very last word.');
  const mended = shop.publish();
  await kiosk.end();
  await kiosk.start();
  await until('the next release', async () => (await data.shows()).version === mended.version);
});

test('a root kept offline takes over: old kiosks follow, new ones begin there, and the desk alone can publish no more', async (t) => {
  const shop = await openShop(t);
  shop.publish();
  const old = new Data(t, shop);
  await old.join();

  const place = folder(t);
  const file = (name) => join(place, name);
  const keys = (...words) => run('kb', ['release', 'keys', ...words]);
  for (const name of ['anna', 'ben', 'publisher']) keys('make', file(name));
  keys('root', file('root.json'), '--holder', file('anna'), '--holder', file('ben'), '--threshold', '2', '--publisher', file('publisher'));
  for (const name of ['anna', 'ben', join(shop.desk.data, 'keys.json')]) keys('sign', file('root.json'), '--key', name.startsWith('/') ? name : file(name));
  keys('add', file('root.json'), '--store', shop.store);

  shop.write(4, 'Signed by those who hold the keys.');
  assert.throws(() => shop.publish(), (error) => {
    const said = JSON.parse(error.stdout);
    assert.equal(said.outcome, 'to_sign');
    assert.match(said.error, /kb release sign/);
    return true;
  });
  const { code, said } = await old.command('release', 'fetch');
  assert.equal(code, 1, 'what the desk signed counts no more');
  assert.match(said, /not signed by a key that this kiosk trusts/);

  run('kb', ['release', 'sign', shop.store, '--key', file('publisher')]);
  assert.equal(shop.publish().outcome, 'unchanged');
  await old.fetch();
  old.checked();
  assert.match(old.article(4), /hold the keys/);

  const fresh = new Data(t, shop);
  await fresh.join();
  assert.equal(fresh.checked(), old.checked());
  assert.deepEqual(JSON.parse(JSON.parse(readFileSync(join(fresh.path, 'identity.json'))).root), JSON.parse(readFileSync(join(shop.store, 'root/1.json'))));
  assert.equal(JSON.parse(readFileSync(join(old.path, 'identity.json'))).root, '');
});

test('a kiosk for customers gets what is public, and nothing that is for staff', async (t) => {
  const desk = await Desk.make(t);
  await desk.serve();
  const data = join(folder(t), 'kiosk');
  const joined = run('kiosk', ['enrol', '--data', data, '--desk', desk.url, '--code', desk.enrolCode(), '--audience', 'public']);
  assert.match(joined, /no content for public yet/, 'what is published so far is for staff, too');

  desk.command('publish', [content, '--channel', 'lobby', '--audience', 'public']);
  desk.command('kiosk', ['channel', 'lobby', JSON.parse(desk.command('kiosk', ['list', '--json'])).kiosks[0].name]);
  const display = await Display.open(t);
  const kiosk = new Kiosk(t, display, data);
  await kiosk.start();
  const shown = await until('the public release', () => JSON.parse(run('kiosk', ['release', 'show', '--data', data, '--json'])));
  await kiosk.end();
  const files = filesBelow(shown.folder).map((file) => file.slice(shown.folder.length + 1));
  assert.ok(files.includes('index/index.json'));
  assert.ok(!files.includes('services/printer-fault.yaml'), 'a form for staff');
  assert.deepEqual(files.filter((file) => file.endsWith('.md') && !/^audience: .*public/m.test(readFileSync(join(shown.folder, file), 'utf8'))), []);
});
