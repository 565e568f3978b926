import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pageRoutes } from './page.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'parley-page-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function build(): void {
  mkdirSync(join(directory, 'assets'));
  writeFileSync(join(directory, 'index.html'), '<!doctype html><title>Parley</title>');
  writeFileSync(join(directory, 'voice-call.js'), 'export {};');
  writeFileSync(join(directory, 'assets', 'index-BX3d.js'), 'export {};');
}

function server(httpsPort?: number) {
  const app = Fastify();
  pageRoutes(app, { directory, httpsPort: () => httpsPort });
  app.setNotFoundHandler((_request, reply) => reply.code(404).send('nothing'));
  return (url: string, headers: Record<string, string> = {}) => app.inject({ method: 'GET', url, headers });
}

describe('the page', () => {
  it('is served with what keeps others out of it, and may use the microphone', async () => {
    build();
    const { statusCode, headers, body } = await server()('/');
    expect([statusCode, body]).toEqual([200, '<!doctype html><title>Parley</title>']);
    expect(headers['content-security-policy']).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src mediastream:; connect-src 'self'",
    );
    expect(headers['content-security-policy']).not.toMatch(/unsafe|blob|data:|\*/);
    expect(headers['permissions-policy']).toContain('microphone=(self)');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['cache-control']).toBe('no-cache');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('has files that are kept as long as their names last', async () => {
    build();
    const { statusCode, headers } = await server()('/assets/index-BX3d.js');
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toMatch(/javascript/);
    expect(headers['cache-control']).toContain('immutable');
  });

  it('shares the element with pages of other origins', async () => {
    build();
    const { statusCode, headers } = await server()('/voice-call.js');
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['cache-control']).toContain('max-age=300');
  });

  it.each([
    '/../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%2findex.html',
    '/assets/..%2f..%2fpackage.json',
    '/assets//etc/passwd',
    '/assets/%00',
    '/assets/',
    '/none.js',
    '/assets',
    '/assets/.env',
    '/assets/%2eenv',
    '/assets/.git/config',
    '/assets/x/.env',
    '/.env',
    '/assets/./.env',
  ])('serves nothing else: %s', async (url) => {
    build();
    for (const name of ['assets/.env', 'assets/.git/config', 'assets/x/.env', '.env']) {
      mkdirSync(join(directory, name, '..'), { recursive: true });
      writeFileSync(join(directory, name), 'SECRET=1');
    }
    const { statusCode, body } = await server()(url);
    expect([statusCode >= 400, body.includes('SECRET')]).toEqual([true, false]);
  });

  it('that was not built says so, and what to do', async () => {
    const get = server();
    const page = await get('/');
    expect([page.statusCode, page.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(page.body).toContain('<code>npm start</code>');
    const element = await get('/voice-call.js');
    expect(element.json()).toMatchObject({ status: 503, code: 'PAGE_NOT_BUILT' });
    expect(element.headers['access-control-allow-origin']).toBe('*');
    build();
    expect([
      (await get('/')).statusCode,
      (await get('/voice-call.js')).statusCode,
      (await get('/assets/index-BX3d.js')).statusCode,
    ]).toEqual([200, 200, 200]);
  });
});

describe('a page opened from another machine by plain http', () => {
  it.each([
    ['192.0.2.7:3000', '/', 'https://192.0.2.7:3443/'],
    ['desk.local:3000', '/?persona=chat', 'https://desk.local:3443/?persona=chat'],
    ['[2001:db8::7]:3000', '/', 'https://[2001:db8::7]:3443/'],
  ])('%s%s is sent to %s', async (host, url, location) => {
    build();
    const { statusCode, headers } = await server(3443)(url, { host });
    expect([statusCode, headers.location]).toEqual([307, location]);
  });

  it.each(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'evil.example/@x', 'a b', ''])('is not for %j', async (host) => {
    build();
    expect((await server(3443)('/', { host })).statusCode).toBe(200);
  });

  it('stays where it is without https, or behind a proxy that has it', async () => {
    build();
    expect((await server()('/', { host: '192.0.2.7:3000' })).statusCode).toBe(200);
    expect((await server(3443)('/', { host: '192.0.2.7', 'x-forwarded-proto': 'https' })).statusCode).toBe(200);
    expect((await server(3443)('/voice-call.js', { host: '192.0.2.7:3000' })).statusCode).toBe(200);
  });
});
