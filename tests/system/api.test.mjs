// The desk's API keeps what openapi.yaml promises. A client that knows nothing of Foyer's code asks as a kiosk and as a
// person; each answer must have a status, a type and a form that the description names for that operation.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { appendFileSync, cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Desk, browserPackages as packages, content, folder, run, source } from '../support/drive.mjs';
import { SigningKiosk } from '../support/signing_kiosk.mjs';

const Ajv = packages('ajv/dist/2020').default;
const description = packages('yaml').parse(readFileSync(join(source, 'desk/web/openapi.yaml'), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: true });
packages('ajv-formats').default(ajv);
ajv.addSchema(description, 'openapi');

const pointer = (...steps) => `openapi#/${steps.map((step) => encodeURIComponent(String(step).replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

function followed(steps) {
  const node = steps.reduce((at, step) => at[step], description);
  return node.$ref ? followed(node.$ref.slice(2).split('/')) : { node, steps };
}

// Where the description tells of that request: `/tickets/{number}` fits `/tickets/F-000001`.
function operationOf(method, path) {
  const fits = (template) => new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
  const template = Object.keys(description.paths).find((each) => fits(each) && description.paths[each][method.toLowerCase()]);
  assert.ok(template, `openapi.yaml does not know ${method} ${path}`);
  return { template, method: method.toLowerCase() };
}

class Client {
  constructor(url) {
    this.url = url;
    this.answered = new Set(); // operations that went well
  }

  async call(method, path, { status, body, headers = {} } = {}) {
    const answer = await fetch(this.url + path, { method, body, headers, redirect: 'manual' });
    const bytes = Buffer.from(await answer.arrayBuffer());
    const name = `${method} ${path} → ${answer.status}`;
    assert.equal(answer.status, status, `${name}: ${bytes.toString().slice(0, 400)}`);

    const at = operationOf(method, path.split('?')[0]);
    const responses = description.paths[at.template][at.method].responses;
    const key = responses[answer.status] ? String(answer.status) : `${Math.floor(answer.status / 100)}XX`;
    assert.ok(responses[key], `${name} is not described`);
    const { node, steps } = followed(['paths', at.template, at.method, 'responses', key]);
    for (const header of Object.keys(node.headers ?? {})) {
      if (header !== 'Link') assert.ok(answer.headers.get(header), `${name} has no ${header}`);
    }
    if (answer.ok) this.answered.add(description.paths[at.template][at.method].operationId);

    if (!node.content || method === 'HEAD') {
      assert.equal(bytes.length, 0, `${name} has a body that is not described`);
      return { answer, bytes };
    }
    const type = (answer.headers.get('content-type') ?? '').split(';')[0];
    assert.ok(node.content[type], `${name} is ${type}, not ${Object.keys(node.content)}`);
    if (!type.endsWith('json') || answer.status === 206) return { answer, bytes };
    const json = JSON.parse(bytes);
    const validate = ajv.getSchema(pointer(...steps, 'content', type, 'schema'));
    assert.ok(validate(json), `${name}: ${ajv.errorsText(validate.errors)}\n${bytes}`);
    return { answer, json, bytes };
  }
}

test('each answer of the API is one that openapi.yaml describes', async (t) => {
  const desk = await Desk.make(t);
  await desk.serve();
  const client = new Client(desk.url);
  const kiosk = new SigningKiosk(client);
  const json = { 'content-type': 'application/json' };

  await t.test('for operation', async () => {
    for (const path of ['/livez', '/readyz', '/metrics', '/openapi.yaml']) await client.call('GET', path, { status: 200 });
  });

  await t.test('a kiosk joins', async () => {
    await kiosk.enrol(desk.enrolCode());
    await new SigningKiosk(client).enrol('0000000000', 403);
    await client.call('POST', '/api/v1/enrol', { status: 422, body: '{"code":', headers: json });
  });

  const first = kiosk.sealed();
  await t.test('requests are handed in', async () => {
    const { envelope } = first;
    const path = `/api/v1/requests/${envelope.id}`;
    const body = JSON.stringify(envelope);
    const stored = await kiosk.call('PUT', path, { status: 201, body, headers: json });
    const again = await kiosk.call('PUT', path, { status: 200, body, headers: json });
    assert.deepEqual(stored.json, again.json);
    const other = { ...kiosk.sealed().envelope };
    await kiosk.call('PUT', path, { status: 422, body: JSON.stringify(other), headers: json });
    await client.call('PUT', path, { status: 401, body, headers: json });
    await kiosk.call('PUT', path, { status: 401, body, headers: json, late: 3600 });

    const batch = [kiosk.sealed().envelope, kiosk.sealed({ answers: {} }).envelope, { nothing: true }];
    const { json: results } = await kiosk.call('POST', '/api/v1/outbox', { status: 200, body: JSON.stringify({ items: batch }), headers: json });
    assert.deepEqual(results.results.map((each) => each.outcome), ['stored', 'quarantined', 'refused']);
    await kiosk.call('POST', '/api/v1/outbox', { status: 422, body: '{}', headers: json });
  });

  await t.test('feedback is told', async () => {
    const body = JSON.stringify({ v: 1, number: 1, lost: 0, boxes: ['AAAA'] });
    const outcomes = [];
    for (let i = 0; i < 2; ++i) outcomes.push((await kiosk.call('POST', '/api/v1/feedback', { status: 200, body, headers: json })).json.outcome);
    assert.deepEqual(outcomes, ['counted', 'seen']);
    await kiosk.call('POST', '/api/v1/feedback', { status: 422, body: '{}', headers: json });
    await client.call('POST', '/api/v1/feedback', { status: 401, body, headers: json });
  });

  await t.test('attachments are handed in', async () => {
    const picture = Buffer.from('89504e470d0a1a0a', 'hex');
    const hash = createHash('sha256').update(picture).digest('hex');
    const path = `/api/v1/blobs/${hash}`;
    const bytes = { 'content-type': 'application/octet-stream' };
    await kiosk.call('HEAD', path, { status: 404 });
    await kiosk.call('PUT', path, { status: 201, body: picture, headers: bytes });
    await kiosk.call('PUT', path, { status: 200, body: picture, headers: bytes });
    await kiosk.call('HEAD', path, { status: 200 });
    assert.deepEqual((await kiosk.call('GET', path, { status: 200 })).bytes, picture);
    await kiosk.call('PUT', `/api/v1/blobs/${'0'.repeat(64)}`, { status: 422, body: picture, headers: bytes });
    await kiosk.call('GET', `/api/v1/blobs/${'0'.repeat(64)}`, { status: 404 });
    await client.call('GET', path, { status: 401 });
  });

  await t.test('a kiosk hears what is new', async () => {
    const { json: changes } = await kiosk.call('GET', '/api/v1/kiosks/self/changes?after=&release=1-0123abcd&channel=stable&state=current', { status: 200 });
    assert.equal(changes.channel, 'stable');
    await kiosk.call('GET', `/api/v1/kiosks/self/changes?after=${encodeURIComponent(changes.cursor)}`, { status: 200 });
    await kiosk.call('GET', '/api/v1/kiosks/self/changes?after=nonsense', { status: 422 });
    const { json: progress } = await kiosk.call('GET', `/api/v1/claims/${first.claim_code}`, { status: 200 });
    assert.equal(progress.request, first.envelope.id);
    await kiosk.call('GET', '/api/v1/claims/K1-0001-0000-0', { status: 422 });
    await client.call('GET', `/api/v1/claims/${first.claim_code}`, { status: 401 });
  });

  await t.test('a kiosk fetches the release', async () => {
    const { answer, json: head } = await kiosk.call('GET', '/api/v1/releases/head', { status: 200 });
    await kiosk.call('GET', '/api/v1/releases/head', { status: 304, headers: { 'if-none-match': answer.headers.get('etag') } });
    const name = JSON.stringify(head).match(/[0-9a-f]{64}/)[0];
    const { json: manifest } = await kiosk.call('GET', `/api/v1/releases/manifests/${name}`, { status: 200 });
    const file = manifest.files.find((each) => each.size > 100);
    const object = `/api/v1/releases/objects/${file.sha256}`;
    const whole = await kiosk.call('GET', object, { status: 200 });
    assert.equal(createHash('sha256').update(whole.bytes).digest('hex'), file.sha256);
    const rest = await kiosk.call('GET', `/api/v1/releases/objects/${file.sha256.slice(0, 2)}/${file.sha256}`, { status: 206, headers: { range: 'bytes=50-' } });
    assert.deepEqual(rest.bytes, whole.bytes.subarray(50));
    await kiosk.call('GET', `/api/v1/releases/objects/${file.sha256.slice(0, 2)}/${file.sha256}`, { status: 200 });
    await kiosk.call('GET', object, { status: 416, headers: { range: `bytes=${file.size + 1}-` } });
    await kiosk.call('GET', `/api/v1/releases/objects/${'0'.repeat(64)}`, { status: 404 });
    await client.call('GET', object, { status: 401 });

    // An article changes: its manifest and the index come as differences.
    const changed = join(folder(t), 'content');
    cpSync(content, changed, { recursive: true });
    appendFileSync(join(changed, 'articles/en/card-reader-not-responding.md'), '\nA new sentence.\n');
    desk.command('publish', [changed]);
    const store = join(desk.data, 'releases');
    const [delta] = readdirSync(join(store, 'deltas'));
    const { bytes: difference } = await kiosk.call('GET', `/api/v1/releases/deltas/${delta}`, { status: 200 });
    assert.deepEqual(difference, readFileSync(join(store, 'deltas', delta)));
    await kiosk.call('GET', `/api/v1/releases/deltas/${'0'.repeat(64)}-${'1'.repeat(64)}.zst`, { status: 404 });
    await client.call('GET', `/api/v1/releases/deltas/${delta}`, { status: 401 });

    // Another channel has a head of its own.
    await kiosk.call('GET', '/api/v1/releases/channels/canary', { status: 404 });
    desk.command('publish', [changed, '--channel', 'canary']);
    const canary = await kiosk.call('GET', '/api/v1/releases/channels/canary.json', { status: 200 });
    await kiosk.call('GET', '/api/v1/releases/channels/canary', { status: 304, headers: { 'if-none-match': canary.answer.headers.get('etag') } });

    // The desk hands out roots as their holders put them into the store, and the newest one to a kiosk that joins.
    await kiosk.call('GET', '/api/v1/releases/root/1', { status: 404 });
    const [holder, root] = ['holder', 'root'].map((name) => join(changed, '..', name));
    run('kb', ['release', 'keys', 'make', holder]);
    run('kb', ['release', 'keys', 'root', root, '--holder', holder, '--publisher', join(desk.data, 'keys.json')]);
    for (const key of [holder, join(desk.data, 'keys.json')]) run('kb', ['release', 'keys', 'sign', root, '--key', key]);
    run('kb', ['release', 'keys', 'add', root, '--store', store]);
    const { json: first_root } = await kiosk.call('GET', '/api/v1/releases/root/1', { status: 200 });
    const newcomer = new SigningKiosk(client);
    await newcomer.enrol(desk.enrolCode());
    assert.deepEqual(JSON.parse(newcomer.place.root), first_root);
  });

  await t.test('a person works a ticket', async () => {
    const login = JSON.stringify({ login: 'sam', password: 'correct horse battery' });
    const { json: session } = await client.call('POST', '/api/v1/session', { status: 201, body: login, headers: json });
    await client.call('POST', '/api/v1/session', { status: 401, body: JSON.stringify({ login: 'sam', password: 'no' }), headers: json });
    await client.call('POST', '/api/v1/session', { status: 422, body: '[]', headers: json });
    const me = { authorization: `Bearer ${session.token}` };
    await client.call('GET', '/api/v1/session', { status: 200, headers: me });
    await client.call('GET', '/api/v1/session', { status: 401 });

    const { json: page } = await client.call('GET', '/api/v1/tickets?limit=1', { status: 200, headers: me });
    await client.call('GET', `/api/v1/tickets?limit=1&cursor=${encodeURIComponent(page.next)}`, { status: 200, headers: me });
    await client.call('GET', '/api/v1/tickets?state=nowhere', { status: 422, headers: me });
    await client.call('GET', '/api/v1/tickets', { status: 401 });

    const path = `/api/v1/tickets/${page.tickets[0].number}`;
    const { answer } = await client.call('GET', path, { status: 200, headers: me });
    let etag = answer.headers.get('etag');
    await client.call('GET', path, { status: 304, headers: { ...me, 'if-none-match': etag } });
    await client.call('GET', '/api/v1/tickets/F-999999', { status: 404, headers: me });

    const note = await client.call('POST', `${path}/notes`, { status: 201, headers: { ...me, ...json }, body: JSON.stringify({ visibility: 'internal', text: randomUUID() }) });
    await client.call('POST', `${path}/notes`, { status: 422, headers: { ...me, ...json }, body: '{"visibility": "secret", "text": "x"}' });
    const act = (action, options) => client.call('POST', `${path}/actions`, { headers: { ...me, ...json, ...options.headers }, status: options.status, body: JSON.stringify(action) });
    await act({ action: 'take' }, { status: 428 });
    await act({ action: 'take' }, { status: 412, headers: { 'if-match': etag } });
    etag = note.answer.headers.get('etag');
    for (const action of [{ action: 'take' }, { action: 'start' }, { action: 'hold', hold_reason: 'third_party' }, { action: 'resume' }, { action: 'resolve', code: 'solved', text: 'Cleaned.' }]) {
      etag = (await act(action, { status: 200, headers: { 'if-match': etag } })).answer.headers.get('etag');
    }
    await act({ action: 'take' }, { status: 409, headers: { 'if-match': etag } });
    await act({ action: 'fly' }, { status: 422, headers: { 'if-match': etag } });
    await client.call('GET', path, { status: 200, headers: me });
    await client.call('DELETE', '/api/v1/session', { status: 204, headers: me });
  });

  const all = Object.values(description.paths).flatMap((path) => Object.values(path)).map((operation) => operation.operationId).filter(Boolean);
  assert.deepEqual(all.filter((id) => !client.answered.has(id)), [], 'operations that no call here reached');
});
