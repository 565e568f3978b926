import { X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { configWith } from '../testing/config.ts';
import { serverCertificate } from './certificate.ts';
import { lanAddresses, ownNames } from './own-names.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-https-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOW_MS = Date.parse('2026-03-01T12:00:00Z');
const DAY_MS = 86_400_000;
const NAMES = ['localhost', '127.0.0.1', '192.0.2.7', '2001:db8::7', 'desk.local'];
const options = (more: object = {}) => ({ ...configWith().http.https, directory: join(folder, 'https'), ...more });

it('is made for every name and address, kept where only its owner can read it, and taken again', async () => {
  const made = await serverCertificate(options({ hostnames: ['bot.example.net'] }), NAMES, NOW_MS);
  expect(made.origin).toBe('made');
  const parsed = new X509Certificate(made.cert);
  for (const name of ['localhost', 'desk.local', 'bot.example.net']) expect(parsed.checkHost(name), name).toBeDefined();
  for (const address of ['127.0.0.1', '192.0.2.7', '2001:db8::7']) expect(parsed.checkIP(address), address).toBeDefined();
  expect(parsed.ca).toBe(false);
  expect(parsed.verify(parsed.publicKey)).toBe(true);
  expect((Date.parse(parsed.validTo) - NOW_MS) / DAY_MS).toBeLessThan(398);
  expect(made.fingerprint).toBe(parsed.fingerprint256);
  expect(statSync(join(folder, 'https', 'key.pem')).mode & 0o777).toBe(0o600);
  const again = await serverCertificate(options({ hostnames: ['bot.example.net'] }), NAMES, NOW_MS + 30 * DAY_MS);
  expect(again).toMatchObject({ origin: 'kept', fingerprint: made.fingerprint, key: made.key });
});

it('is made anew when it runs out, when the machine has another address, and when a file was cut short', async () => {
  const first = await serverCertificate(options(), NAMES, NOW_MS);
  const late = await serverCertificate(options(), NAMES, NOW_MS + 390 * DAY_MS);
  expect(late.origin).toBe('made');
  const moved = await serverCertificate(options(), [...NAMES, '192.0.2.99'], NOW_MS + 390 * DAY_MS);
  expect(moved.origin).toBe('made');
  writeFileSync(join(folder, 'https', 'key.pem'), first.key);
  expect((await serverCertificate(options(), NAMES, NOW_MS + 390 * DAY_MS)).origin).toBe('made');
  writeFileSync(join(folder, 'https', 'cert.pem'), '');
  expect((await serverCertificate(options(), NAMES, NOW_MS + 390 * DAY_MS)).origin).toBe('made');
});

it('is the one that is given, if it can be used', async () => {
  await serverCertificate(options(), NAMES, NOW_MS);
  const files = { certFile: join(folder, 'https', 'cert.pem'), keyFile: join(folder, 'https', 'key.pem') };
  expect(await serverCertificate(options(files), ['192.0.2.200'], NOW_MS)).toMatchObject({
    origin: 'given',
    cert: readFileSync(files.certFile, 'utf8'),
  });
  await expect(serverCertificate(options({ ...files, keyFile: join(folder, 'none.pem') }), NAMES, NOW_MS)).rejects.toThrow(
    /http.https.keyFile = .*none.pem cannot be read/,
  );
  await expect(serverCertificate(options({ ...files, certFile: files.keyFile }), NAMES, NOW_MS)).rejects.toThrow(
    /must be PEM files that belong together/,
  );
});

it('that cannot be kept says where it should have been', async () => {
  writeFileSync(join(folder, 'https'), 'a file where the folder should be');
  await expect(serverCertificate(options(), NAMES, NOW_MS)).rejects.toThrow(/http.https.directory/);
  chmodSync(join(folder, 'https'), 0o600);
});

it('names what others on the network can reach: no loopback, containers last', () => {
  const info = (address: string, internal = false) => ({ address, internal, family: 'IPv4', netmask: '', mac: '', cidr: null }) as never;
  const interfaces = {
    lo: [info('127.0.0.1', true)],
    docker0: [info('172.17.0.1')],
    wlan0: [info('192.168.1.20')],
    eth1: [info('169.254.3.4')],
  };
  expect(lanAddresses(interfaces)).toEqual(['192.168.1.20', '172.17.0.1']);
  expect(ownNames(['192.168.1.20'], 'Desk')).toEqual(['localhost', '127.0.0.1', '::1', 'desk', 'desk.local', '192.168.1.20']);
  expect(ownNames([], 'my host!')).toEqual(['localhost', '127.0.0.1', '::1']);
  expect(ownNames([], 'desk.example.net')).toContain('desk.example.net');
});
