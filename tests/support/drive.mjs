// Drives the real programs from outside: a desk process, a kiosk process in a real window under Xvfb, real pointer and
// key events. Tests see what a person would see; the kiosk's item file tells where things are.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const source = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
export const bin = process.env.FOYER_BIN ?? join(source, 'build/release/bin');
export const content = join(source, 'content');

export const browserPackages = createRequire(join(source, 'tests/browser/package.json'));

const patience = 30_000;

export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'foyer-system-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

// Links, sockets and pipes hold nothing of their own.
export function filesBelow(path) {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const name = join(path, entry.name);
    if (entry.isDirectory()) return filesBelow(name);
    return entry.isFile() ? [name] : [];
  });
}

export async function freePort() {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

// Asks again and again until the answer is something; throws with `what` when patience ends.
export async function until(what, ask, milliseconds = patience) {
  const end = Date.now() + milliseconds;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`waited in vain for ${what}${last ? `: ${last.message}` : ''}`);
    await sleep(40);
  }
}

export function run(program, args, options = {}) {
  return execFileSync(join(bin, program), args, { encoding: 'utf8', timeout: patience, stdio: ['pipe', 'pipe', 'pipe'], ...options });
}

// A process of ours, ended with the test; its words are kept for when something goes wrong.
class Process {
  constructor(t, path, args, env = {}) {
    this.words = '';
    this.child = spawn(path, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.gone = new Promise((done) => this.child.once('close', (code, signal) => done({ code, signal })));
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (text) => { this.words += text; });
    t.after(() => this.end('SIGKILL'));
  }

  async end(signal = 'SIGTERM') {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill(signal);
    return this.gone;
  }
}

// One of our programs, running beside the test; `gone` tells how it ended.
export function program(t, name, args, env) {
  return new Process(t, join(bin, name), args, env);
}

// Debian's chromium; it talks to nobody but the pages.
export async function openBrowser(t) {
  const browser = await browserPackages('playwright-core').chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  t.after(() => browser.close());
  return browser;
}

export class Desk {
  // Makes the data directory, a fulfiller and the published sample content, and does not serve yet.
  constructor(t, data, port) {
    Object.assign(this, { t, data, port, url: `http://127.0.0.1:${port}` });
  }

  static async make(t) {
    const desk = new Desk(t, join(folder(t), 'desk'), await freePort());
    desk.command('init');
    desk.command('publish', [content]);
    desk.command('user', ['add', 'sam', '--name', 'Sam Fixit', '--team', 'it-stores', '--role', 'fulfiller', '--password-stdin'], { input: 'correct horse battery\n' });
    return desk;
  }

  // `words` may name a subcommand of its own: command('user', ['add', …]).
  command(name, words = [], options = {}) {
    return run('desk', [name, ...words, '--data', this.data], options);
  }

  async serve() {
    this.process = program(this.t, 'desk', ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`]);
    await until('the desk to be ready', async () => (await fetch(`${this.url}/readyz`)).ok);
  }

  stop(signal = 'SIGTERM') {
    return this.process.end(signal);
  }

  enrolCode(site = 'harbour-street') {
    return JSON.parse(this.command('kiosk', ['add', '--site', site, '--json'])).code;
  }

  async api(path, options = {}) {
    if (!this.token) {
      const answer = await fetch(`${this.url}/api/v1/session`, {
        method: 'POST', headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: 'sam', password: 'correct horse battery' }),
      });
      this.token = (await answer.json()).token;
    }
    const answer = await fetch(this.url + path, { ...options, headers: { authorization: `Bearer ${this.token}`, ...options.headers } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  async tickets() {
    return (await this.api('/api/v1/tickets')).tickets;
  }
}

export class Display {
  static async open(t, size = '1920x1080') {
    const display = new Display();
    // -r: on a busy machine a key that is let go late would repeat.
    const xvfb = spawn('Xvfb', ['-displayfd', '3', '-r', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-dpi', '96'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    t.after(() => xvfb.kill('SIGKILL'));
    let number = '';
    xvfb.stdio[3].on('data', (text) => { number += text; });
    await until('the X server', () => number.endsWith('\n'));
    display.name = `:${number.trim()}`;
    return display;
  }

  xdotool(...args) {
    execFileSync('xdotool', args.map(String), { env: { ...process.env, DISPLAY: this.name }, timeout: patience });
  }
}

export class Kiosk {
  constructor(t, display, data, extra = []) {
    Object.assign(this, { t, display, data, extra, items_file: join(data, '..', 'items.json') });
  }

  launch() {
    rmSync(this.items_file, { force: true });
    this.process = program(this.t, 'kiosk',
      ['run', '--data', this.data, '--window', '1920x1080', '--scale', '1', '--items', this.items_file, ...this.extra],
      { DISPLAY: this.display.name });
  }

  start() {
    this.launch();
    return this.shows('home.search');
  }

  end(signal) {
    return this.process.end(signal);
  }

  frame() {
    return JSON.parse(readFileSync(this.items_file, 'utf8'));
  }

  item(id) {
    return this.frame().items.find((item) => item.id === id && item.visible);
  }

  // Waits until an item stands still on a settled screen. `like` may be an id or a test of an item.
  async shows(like, milliseconds) {
    const fits = typeof like === 'string' ? (item) => item.id === like : like;
    try {
      return await until(`the item ${like}`, () => {
        const frame = this.frame();
        return frame.settled && frame.items.find((item) => item.visible && fits(item));
      }, milliseconds);
    } catch (error) {
      let seen = 'nothing';
      try {
        const frame = this.frame();
        seen = `${frame.screen}: ${frame.items.filter((i) => i.visible).map((i) => i.id).join(' ')}`;
      } catch { /* no frame yet */ }
      throw new Error(`${error.message}; on the screen: ${seen}\n${this.process.words.slice(-2000)}`);
    }
  }

  async click(like) {
    const { rect: [x, y, width, height] } = await this.shows(like);
    this.display.xdotool('mousemove', Math.round(x + width / 2), Math.round(y + height / 2), 'mousedown', 1, 'sleep', 0.05, 'mouseup', 1);
  }

  // Scrolls with the wheel until the item is in view, then clicks it.
  async scrollTo(id) {
    await this.shows((item) => true);
    for (let turn = 0; turn < 40 && !this.item(id); ++turn) {
      this.display.xdotool('mousemove', 700, 600, 'click', 5);
      await sleep(120);
    }
    await this.click(id);
  }

  type(text) {
    this.display.xdotool('type', '--delay', 40, text);
  }
}

// What most stories begin with: a desk that serves, and a kiosk of its own that shows the published content.
export async function openShop(t) {
  const desk = await Desk.make(t);
  await desk.serve();
  const display = await Display.open(t);
  const data = join(folder(t), 'kiosk');
  run('kiosk', ['enrol', '--data', data, '--desk', desk.url, '--code', desk.enrolCode()]);
  const kiosk = new Kiosk(t, display, data);
  await kiosk.start();
  await until('the published content', () => kiosk.frame().sync.online);
  return { desk, kiosk, data };
}
