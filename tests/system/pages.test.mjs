// The desk's pages in a real browser: no barrier that axe can find, nothing wider than the screen, and all of it without
// script; light and dark, wide and narrow, left to right and right to left.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Desk, browserPackages, openBrowser } from '../support/drive.mjs';
import { SigningKiosk } from '../support/signing_kiosk.mjs';

const axe = readFileSync(browserPackages.resolve('axe-core/axe.min.js'), 'utf8');

async function plainCall(url, method, path, { status, body, headers }) {
  const answer = await fetch(url + path, { method, body, headers });
  assert.equal(answer.status, status, await answer.clone().text());
  return { answer, json: await answer.json() };
}

// A desk with some tickets of different kinds, one worked already.
async function busyDesk(t) {
  const desk = await Desk.make(t);
  await desk.serve();
  const kiosk = new SigningKiosk({ url: desk.url, call: (...words) => plainCall(desk.url, ...words) });
  await kiosk.enrol(desk.enrolCode());
  const orders = [
    {}, { language: 'de' }, { answers: {} },
    { answers: { printer_kind: 'receipt', details: `A ${'very '.repeat(60)}long story, and${'x'.repeat(200)} a word that never ends.`, site: 'harbour-street' } },
  ];
  for (const order of orders) {
    const { envelope } = kiosk.sealed(order);
    const body = JSON.stringify(envelope);
    await kiosk.call('PUT', `/api/v1/requests/${envelope.id}`, { status: order.answers && !order.answers.site ? 202 : 201, body, headers: { 'content-type': 'application/json' } });
  }
  return desk;
}

async function lookAt(page, name) {
  const barriers = await page.evaluate(async (source) => {
    // The pages forbid script; the tester's own is put in from outside.
    (0, eval)(source);
    const found = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] });
    return found.violations.map((each) => `${each.id}: ${each.help} (${each.nodes.map((node) => node.target.join(' ')).join(', ')})`);
  }, axe);
  assert.deepEqual(barriers, [], name);
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= screen, `${name} is ${wide} px wide on a screen of ${screen}`);
}

const views = [
  { name: 'wide', viewport: { width: 1280, height: 900 }, locale: 'en-GB' },
  { name: 'dark', viewport: { width: 1280, height: 900 }, colorScheme: 'dark', locale: 'de-DE' },
  { name: 'narrow', viewport: { width: 360, height: 740 }, locale: 'en-GB' },
  { name: 'right to left', viewport: { width: 768, height: 1024 }, locale: 'ar' },
  { name: 'high contrast', viewport: { width: 1280, height: 900 }, forcedColors: 'active', locale: 'fr-FR' },
];

test('the pages have no barriers that can be found, fit every screen and need no script', async (t) => {
  const desk = await busyDesk(t);
  const browser = await openBrowser(t);
  for (const { name, ...view } of views) {
    await t.test(name, async () => {
      // bypassCSP lets the tester in; script of the pages themselves would still be seen as a difference below.
      const context = await browser.newContext({ ...view, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(desk.url);
      await lookAt(page, 'log in');
      await page.fill('[name=login]', 'sam');
      await page.fill('[name=password]', 'wrong');
      await page.click('button[type=submit]');
      await page.waitForSelector('[role=alert]');
      await page.waitForLoadState();
      await lookAt(page, 'log in, refused');
      await page.fill('[name=login]', 'sam');
      await page.fill('[name=password]', 'correct horse battery');
      await page.click('button[type=submit]');
      await page.waitForSelector('tbody a');
      await page.waitForLoadState();
      await lookAt(page, 'queue');
      for (const ticket of await page.locator('tbody a').evaluateAll((links) => links.map((link) => link.href))) {
        await page.goto(ticket);
        await page.waitForSelector('.timeline');
        await lookAt(page, 'ticket');
        for (const details of await page.locator('details summary').all()) await details.click();
        await lookAt(page, 'ticket, all of it open');
      }
      await page.goto(`${desk.url}/tickets/F-999999`);
      await lookAt(page, 'no such ticket');
      await context.close();
    });
  }

  await t.test('without script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(desk.url);
    await page.fill('[name=login]', 'sam');
    await page.fill('[name=password]', 'correct horse battery');
    await page.click('button[type=submit]');
    await page.locator('tbody a').first().click();
    await page.click('button[value=take]');
    await page.fill('#note', 'Written without script.');
    await page.click('form[action$="/notes"] button[type=submit]');
    await page.waitForSelector('.timeline >> text=Written without script.');
    await context.close();
  });
});
