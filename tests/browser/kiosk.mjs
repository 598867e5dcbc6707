// A kiosk without a screen, for tests of what the desk shows. It makes its RFC 9421 signatures by itself, so that the
// desk's reading of them is held against another writer than our own.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { request } from 'node:http';

import { content, run } from '../support/drive.mjs';

export class Kiosk {
  static async enrol(desk, site = 'harbour-street') {
    const kiosk = new Kiosk();
    const pair = generateKeyPairSync('ed25519');
    const { d, x } = pair.privateKey.export({ format: 'jwk' });
    const answer = await fetch(`${desk.url}/api/v1/enrol`, {
      method: 'POST', body: JSON.stringify({ code: desk.enrolCode(site), public_key: x }),
    });
    if (answer.status !== 201) throw new Error(`enrol: ${answer.status} ${await answer.text()}`);
    const place = await answer.json();
    // libsodium keeps the public half behind the seed.
    const secret_key = Buffer.concat([Buffer.from(d, 'base64url'), Buffer.from(x, 'base64url')]).toString('base64url');
    return Object.assign(kiosk, { desk, place, site, private_key: pair.privateKey, secret_key, sequence: 0 });
  }

  // Seals requests, each { service, answers, language? }; answers their envelopes with the claim codes.
  seal(requests, at = new Date()) {
    const orders = requests.map(({ service, answers, language = 'en' }) => JSON.stringify({
      service, answers, language, site: this.site, kiosk: this.place.kiosk, short_name: this.place.short_name,
      sequence: ++this.sequence, at: at.toISOString().replace(/\.\d+Z$/, 'Z'), seal_key: this.place.seal_key,
      secret_key: this.secret_key,
    }));
    const sealed = run('seal_requests', [content], { input: orders.join('\n') + '\n' });
    return sealed.trim().split('\n').map((line) => JSON.parse(line));
  }

  // `fetch` hides the Host that it sends; node's own request lets us sign what goes out.
  ask(method, target, body = '', headers = {}) {
    const url = new URL(target, this.desk.url);
    const bytes = Buffer.from(body);
    const digest = `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
    const parameters = '("@method" "@authority" "@path" "@query" "content-digest")' +
      `;created=${Math.floor(Date.now() / 1000)};keyid="${this.place.kiosk}";alg="ed25519"`;
    const base = [
      `"@method": ${method}`, `"@authority": ${url.host}`, `"@path": ${url.pathname}`, `"@query": ${url.search || '?'}`,
      `"content-digest": ${digest}`, `"@signature-params": ${parameters}`,
    ].join('\n');
    const signature = sign(null, Buffer.from(base), this.private_key).toString('base64');
    return new Promise((done, failed) => {
      const sent = request(url, {
        method,
        headers: {
          'content-digest': digest, 'signature-input': `kiosk=${parameters}`, signature: `kiosk=:${signature}:`,
          ...(bytes.length > 0 ? { 'content-length': bytes.length } : {}), ...headers,
        },
      }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('end', () => done({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(pieces) }));
      });
      sent.on('error', failed);
      sent.end(bytes);
    });
  }

  // Hands them in one by one; answers [{ ticket, claim_code }].
  async hand_in(requests, at) {
    const tickets = [];
    for (const { envelope, claim_code } of this.seal(requests, at)) {
      const answer = await this.ask('PUT', `/api/v1/requests/${envelope.id}`, JSON.stringify(envelope));
      if (answer.status !== 201) throw new Error(`hand in: ${answer.status} ${answer.body}`);
      tickets.push({ ticket: JSON.parse(answer.body).ticket, claim_code });
    }
    return tickets;
  }
}

export const printer = {
  service: 'printer-fault',
  answers: { printer_kind: 'receipt', site: 'harbour-street', place: 'till-2', queue: 'true', details: 'The light is red and it beeps.' },
};
