// The main job, with nothing replaced: from a search at the kiosk to a worked ticket and back.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';

import { Display, Kiosk, bin, content, filesBelow, folder, openBrowser, openShop, run, until } from '../support/drive.mjs';

// search → article → "did not help" → the form, half filled → sent. Answers the claim code.
async function ask(kiosk, words) {
  await kiosk.click('home.search');
  await kiosk.shows('search.field');
  kiosk.type('receipt printer');
  await kiosk.click('search.hit.article.en/receipt-printer-does-not-print');
  await kiosk.click('article.helpful.no');
  await kiosk.click('article.service.printer-fault');
  await kiosk.click('form.choice.printer_kind.receipt');
  await kiosk.click('form.next');
  const details = await kiosk.shows('form.field.details');
  assert.match(details.value, /receipt printer/, 'what was searched stands in the form already');
  await kiosk.click('form.field.details');
  await kiosk.shows((item) => item.id === 'form.field.details' && item.focused);
  kiosk.type(` ${words}`);
  await kiosk.shows((item) => item.id === 'form.field.details' && item.value.includes(words));
  await kiosk.click('form.next');
  await kiosk.click('review.send');
  const code = await kiosk.shows((item) => item.id === 'receipt.code' && item.value);
  return code.value;
}

test('a request sent with the desk stopped and the kiosk killed is worked as one ticket, and its state comes back', async (t) => {
  const { desk, kiosk, data } = await openShop(t);

  await desk.stop();
  const canary = 'zebraquux lanternfish';
  const code = await ask(kiosk, canary);
  assert.match(code, /^K[0-9A-Z]*-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$/);

  await kiosk.end('SIGKILL');
  for (const file of filesBelow(data)) {
    assert.ok(!readFileSync(file).includes('zebraquux'), `${file} tells what was typed`);
  }

  await desk.serve();
  await kiosk.start();
  const tickets = await until('the ticket at the desk', async () => {
    const all = await desk.tickets();
    return all.length > 0 && all;
  });
  await until('the kiosk to know', () => kiosk.frame().sync.waiting === 0);
  assert.equal((await desk.tickets()).length, 1);
  const [ticket] = tickets;

  const browser = await openBrowser(t);
  const page = await browser.newPage();
  await page.goto(desk.url);
  await page.fill('[name=login]', 'sam');
  await page.fill('[name=password]', 'correct horse battery');
  await page.click('button[type=submit]');
  await page.click(`text=${ticket.number}`);
  await page.waitForSelector(`text=${canary}`);
  await page.click('button[value=take]');
  await page.check('input[name=visibility][value=public]');
  await page.fill('#note', 'A new printer is on its way to you.');
  await page.click('form[action$="/notes"] button[type=submit]');
  await page.waitForSelector('.timeline >> text=A new printer is on its way to you.');
  if (await page.locator('button[value=start]').count()) await page.click('button[value=start]');
  const resolving = page.locator('details', { has: page.locator('button[value=resolve]') });
  if (!(await resolving.evaluate((details) => details.open))) await resolving.locator('summary').click();
  await resolving.locator('select').selectOption('solved');
  await resolving.locator('textarea').fill('Printer replaced.');
  await resolving.locator('button[value=resolve]').click();
  await until('the ticket to be resolved', async () => (await desk.api(`/api/v1/tickets/${ticket.number}`)).state === 'resolved');

  if (!kiosk.item('home.claim')) await kiosk.click('bar.start_over');
  await kiosk.click('home.claim');
  await kiosk.shows('claim.field');
  kiosk.type(code);
  await kiosk.click('claim.look_up');
  await kiosk.shows((item) => item.id === 'claim.state' && item.value === 'resolved');
  await kiosk.shows((item) => item.id.startsWith('claim.note.') && item.value.includes('A new printer is on its way to you.'));
  assert.equal((await kiosk.shows('claim.ticket')).value, ticket.number);
});

test('the same request delivered twice gives one ticket and the same receipt', async (t) => {
  const { desk, kiosk, data } = await openShop(t);
  await desk.stop();
  await ask(kiosk, 'twice');
  await kiosk.end();

  const file = join(folder(t), 'outbox.jsonl');
  run('kiosk', ['outbox', 'export', file, '--data', data]);
  const first = desk.command('import-outbox', [file, '--json']);
  const second = desk.command('import-outbox', [file, '--json']);
  const [once, again] = [first, second].map((text) => JSON.parse(text));
  assert.deepEqual([once.stored, once.seen, again.stored, again.seen], [1, 0, 0, 1]);
  assert.deepEqual(once.receipts, again.receipts);

  await desk.serve();
  await kiosk.start();
  await until('the kiosk to know', () => kiosk.frame().sync.online && kiosk.frame().sync.waiting === 0);
  assert.equal((await desk.tickets()).length, 1);
});

test('a captive portal that answers 200 with a page empties no outbox', async (t) => {
  const { desk, kiosk } = await openShop(t);
  await desk.stop();

  let asked = 0;
  const portal = createServer((request, response) => {
    request.resume();
    ++asked;
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the guest network. Please accept the terms.</html>');
  });
  await new Promise((done) => portal.listen(desk.port, '127.0.0.1', done));
  await ask(kiosk, 'behind a portal');
  await until('the kiosk to have met the portal', () => asked >= 2, 60_000);
  assert.equal(kiosk.frame().sync.waiting, 1);
  assert.equal(kiosk.frame().sync.online, false);
  portal.closeAllConnections();
  await new Promise((done) => portal.close(done));

  await desk.serve();
  await until('the request at the desk', async () => (await desk.tickets()).length === 1, 90_000);
});

test('a kiosk without a desk runs on a folder of content and keeps what people send', async (t) => {
  const display = await Display.open(t);
  const data = join(folder(t), 'kiosk');
  const kiosk = new Kiosk(t, display, data, ['--content', content, '--site', 'harbour-street']);
  await kiosk.start();
  await ask(kiosk, 'no desk yet');
  await kiosk.end();
  const [kept] = JSON.parse(run('kiosk', ['outbox', 'list', '--data', data, '--json']));
  assert.equal(kept.sequence, 1);
  assert.ok(statSync(join(bin, 'kiosk')).isFile());
});

test('bad input ends in one clear sentence and a non-zero exit', async (t) => {
  const path = folder(t);
  const wrong = [
    ['desk', ['serve', '--data', join(path, 'nowhere')]],
    ['desk', ['publish', join(path, 'nowhere'), '--data', join(path, 'nowhere')]],
    ['kb', ['check', join(path, 'nowhere')]],
    ['kb', ['search', join(path, 'nowhere'), 'printer']],
    ['kiosk', ['run', '--data', path, '--content', join(path, 'nowhere')]],
    ['kiosk', ['enrol', '--data', join(path, 'k'), '--desk', 'http://127.0.0.1:9', '--code', '0000000000']],
    ['kiosk', ['outbox', 'list', '--data', join(path, 'nowhere')]],
  ];
  for (const [program, args] of wrong) {
    await t.test(`${program} ${args.join(' ').replaceAll(path, 'DIR')}`, () => {
      try {
        run(program, args, { env: { ...process.env, DISPLAY: '' } });
      } catch (error) {
        assert.ok(error.status > 0 && error.status < 126, `exit ${error.status}, signal ${error.signal}`);
        const lines = error.stderr.trim().split('\n').filter((line) => !line.startsWith('{'));
        assert.equal(lines.length, 1, error.stderr);
        assert.match(lines[0], /\w.{10,}/);
        return;
      }
      assert.fail('it ended as if all were well');
    });
  }
});
