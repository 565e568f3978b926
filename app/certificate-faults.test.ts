import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { selfSignedCertificate } from '#kit/io/self-signed-certificate';
import { certificateFaults } from './certificate-faults.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 11, 1);
const folder = mkdtempSync(join(tmpdir(), 'parley-certificates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(name: string, fromDays: number, toDays: number): Promise<{ certFile: string; keyFile: string }> {
  const { cert, key } = await selfSignedCertificate({
    commonName: 'bot.example.net',
    validFromMs: NOW_MS + fromDays * DAY_MS,
    validToMs: NOW_MS + toDays * DAY_MS,
    serverNames: ['bot.example.net'],
  });
  const files = { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key);
  return files;
}

function faults(tls: object, https: object = { enabled: false }, transports: readonly string[] = ['udp', 'tls']): readonly string[] {
  return certificateFaults({ sip: { transports, tls }, http: { https } } as never, NOW_MS);
}

it('certificates that will do are not spoken of, nor is one that nothing uses', async () => {
  const good = await write('good', -1, 100);
  expect(faults(good, { enabled: true, ...good })).toEqual([]);
  expect(faults({ certFile: join(folder, 'none.pem'), keyFile: join(folder, 'none.key') }, { enabled: false }, ['udp'])).toEqual([]);
});

it('what is missing, expired, not valid yet or of another key is named with its option and file', async () => {
  const good = await write('good', -1, 100);
  const old = await write('old', -100, -1);
  const early = await write('early', 3, 100);
  const none = join(folder, 'none.pem');
  expect(faults({ ...good, certFile: none })).toEqual([expect.stringContaining(`sip.tls.certFile = ${none} cannot be read`)]);
  expect(faults({ ...good, keyFile: none })).toEqual([expect.stringContaining(`sip.tls.keyFile = ${none} cannot be read`)]);
  expect(faults({ ...good, keyFile: old.keyFile })).toEqual([expect.stringContaining('is not the key of the certificate')]);
  expect(faults(old)).toEqual([expect.stringContaining('expired on 2026-11-30')]);
  expect(faults(early)).toEqual([expect.stringContaining('valid from 2026-12-04')]);
  expect(faults(good, { enabled: true, ...good, keyFile: none })).toEqual([expect.stringContaining('http.https.keyFile')]);
});
