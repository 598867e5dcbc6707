// A kiosk in the desk's eyes, written from openapi.yaml alone: it joins with a key of its own and signs what it asks by
// RFC 9421. Only the sealing of requests is the product's.
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { join } from 'node:path';

import { bin, content } from './drive.mjs';

export class SigningKiosk {
  // `client` has the desk's `url` and call(method, path, {status, body, headers}).
  constructor(client) {
    Object.assign(this, { client, sequence: 0 });
    const { privateKey } = generateKeyPairSync('ed25519');
    this.private_key = privateKey;
    const jwk = privateKey.export({ format: 'jwk' });
    this.public_key = jwk.x;
    // libsodium's form: the seed, then the public key.
    this.secret_key = Buffer.concat([Buffer.from(jwk.d, 'base64url'), Buffer.from(jwk.x, 'base64url')]).toString('base64url');
  }

  async enrol(code, status = 201) {
    const body = JSON.stringify({ code, public_key: this.public_key });
    const { json } = await this.client.call('POST', '/api/v1/enrol', { status, body, headers: { 'content-type': 'application/json' } });
    this.place = json;
  }

  call(method, path, { status, body = '', headers = {}, late = 0 } = {}) {
    const url = new URL(this.client.url + path);
    const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
    const created = Math.floor(Date.now() / 1000) - late;
    const parameters = `("@method" "@authority" "@path" "@query" "content-digest");created=${created};keyid="${this.place.kiosk}";alg="ed25519"`;
    const base = [`"@method": ${method}`, `"@authority": ${url.host}`, `"@path": ${url.pathname}`, `"@query": ${url.search || '?'}`,
      `"content-digest": ${digest}`, `"@signature-params": ${parameters}`].join('\n');
    return this.client.call(method, path, {
      status, body: body.length ? body : undefined,
      headers: { ...headers, 'content-digest': digest, 'signature-input': `kiosk=${parameters}`, signature: `kiosk=:${sign(null, Buffer.from(base), this.private_key).toString('base64')}:` },
    });
  }

  // Sealed and signed the way a kiosk does it.
  sealed(order = {}) {
    const line = JSON.stringify({
      service: 'printer-fault', language: 'en', site: this.place.site, kiosk: this.place.kiosk, short_name: this.place.short_name,
      sequence: ++this.sequence, at: new Date().toISOString().replace(/\.\d+/, ''), seal_key: this.place.seal_key, secret_key: this.secret_key,
      answers: { printer_kind: 'receipt', details: 'It prints nothing.', site: this.place.site }, ...order,
    });
    return JSON.parse(execFileSync(join(bin, 'seal_requests'), [content], { input: `${line}\n`, encoding: 'utf8' }));
  }
}
