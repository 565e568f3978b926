// Breaks each rule on purpose, in a copy of the folder layout outside the checkout, and looks for the report.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** A file, what it says, and what must be reported about it (nothing: it must pass). */
const CASES: readonly { file: string; code: string; reported?: RegExp }[] = [
  // Who may import whom
  { file: 'domain/a1.ts', code: `export { z } from 'zod';`, reported: /domain\/ imports nothing/ },
  { file: 'domain/a2.ts', code: `export * from '#media';`, reported: /domain\/ may not import '#media'/ },
  { file: 'domain/a3.ts', code: `export type { A } from '../media/index.ts';`, reported: /leaves domain\// },
  { file: 'domain/a4.ts', code: `export * from './units.ts';` },
  { file: 'sdp/s1.ts', code: `export * from '#media';`, reported: /sdp\/ may not import '#media'/ },
  { file: 'sdp/s2.ts', code: `export * from '#domain/units';` },
  { file: 'sdp/s3.ts', code: `export const a = Date.now();`, reported: /Date does not belong/ },
  { file: 'sip-gateway/s4.ts', code: `export * from '#sdp'; export * from '#sdp/text';`, reported: /only '#sdp'/ },
  { file: 'webrtc-client/s5.ts', code: `export * from '#sdp';` },
  { file: 'media/s6.ts', code: `export * from '#sdp';`, reported: /media\/ may not import '#sdp'/ },
  { file: 'kit/k1.ts', code: `export * from '#media';`, reported: /kit\/ may not import '#media'/ },
  { file: 'kit/k2.ts', code: `export * from '#app/main';`, reported: /kit\/ may not import '#app\/main'/ },
  { file: 'kit/k3.ts', code: `export * from '../domain/units.ts';`, reported: /leaves kit\// },
  { file: 'kit/k4.ts', code: `export * from '#domain/units'; export * from './backoff.ts';` },
  { file: 'kit/k5.ts', code: `export * from '#kit/backoff';`, reported: /this folder itself/ },
  { file: 'domain/k6.ts', code: `export * from '#kit/backoff';`, reported: /domain\/ may not import '#kit\/backoff'/ },
  { file: 'media/k7.ts', code: `export * from '#kit/backoff';` },
  { file: 'pipeline/k8.ts', code: `export * from '#kit/backoff';` },
  { file: 'sip-gateway/embedded/k9.ts', code: `export * from '#kit/backoff';` },
  { file: 'config/k10.ts', code: `export * from '#kit/backoff';` },
  { file: 'webrtc-client/web/k11.ts', code: `export * from '#kit/backoff';` },
  { file: 'webrtc-client/web/k12.ts', code: `export * from '#kit/ip/address-key';`, reported: /files of kit\/ that need no Node/ },
  { file: 'webrtc-client/web/k13.ts', code: `export * from '#kit/io/wake-timer';`, reported: /files of kit\/ that need no Node/ },
  { file: 'media/k14.ts', code: `export * from '#kit/io/wake-timer';`, reported: /is a shell/ },
  { file: 'media/io/k15.ts', code: `export * from '#kit/io/wake-timer';` },
  { file: 'app/k16.ts', code: `export * from '#kit/io/wake-timer'; export * from '#kit/backoff';` },
  { file: 'config/personas/actions/k17.ts', code: `export * from '#kit/backoff';`, reported: /import only types of '#pipeline'/ },
  { file: 'media/b1.ts', code: `export * from '#pipeline';`, reported: /media\/ may not import/ },
  { file: 'media/b2.ts', code: `export * from '#domain/units';` },
  { file: 'media/b3.ts', code: `export * from '#app/main';`, reported: /media\/ may not import '#app\/main'/ },
  { file: 'media/b4.ts', code: `export * from '#media';`, reported: /this folder itself/ },
  { file: 'media/rtp/b5.ts', code: `export * from '../../domain/units.ts';`, reported: /leaves media\// },
  { file: 'media/rtp/b6.ts', code: `export * from '../codec/g711.ts';` },
  { file: 'media/rtp/deep/b7.ts', code: `export * from '../../codec/g711.ts';`, reported: /climbs two folders/ },
  { file: 'pipeline/c1.ts', code: `export * from '#media';`, reported: /pipeline\/ may not import/ },
  { file: 'pipeline/c2.ts', code: `export type A = import('#sip-gateway').A;`, reported: /pipeline\/ may not import/ },
  { file: 'pipeline/c3.ts', code: `export const a = (): Promise<unknown> => import('#config');`, reported: /pipeline\/ may not import/ },
  { file: 'pipeline/turn/c4.ts', code: `export * from '../language/english/turns/english.ts';`, reported: /words of one language/ },
  { file: 'pipeline/language/c5.ts', code: `export * from './english/lines.ts';`, reported: /words of one language/ },
  { file: 'pipeline/language/languages.ts', code: `export * from './english/english.ts';` },
  { file: 'pipeline/language/english/forms/c6.ts', code: `export * from '../turns/english.ts';` },
  { file: 'pipeline/turn/c7.test.ts', code: `export * from '../language/english/turns/english.ts';` },
  { file: 'test/c8.ts', code: `export * from '#pipeline/language';` },
  { file: 'sip-gateway/d1.ts', code: `export * from '#media';` },
  { file: 'sip-gateway/d2.ts', code: `export * from '#media/options';`, reported: /only '#media'/ },
  { file: 'sip-gateway/d3.ts', code: `export * from '#pipeline';`, reported: /may not import/ },
  { file: 'sip-gateway/embedded/d4.ts', code: `export * from '../leg-state.ts';`, reported: /nothing of its parent/ },
  { file: 'sip-gateway/embedded/d5.ts', code: `export * from '#media';`, reported: /stands alone/ },
  { file: 'sip-gateway/embedded/transaction/d6.ts', code: `export * from '../dialog/dialogs.ts';`, reported: /a layer above/ },
  { file: 'sip-gateway/embedded/core/d7.ts', code: `export type * from '../server/state.ts';`, reported: /a layer above/ },
  { file: 'sip-gateway/embedded/dialog/d8.ts', code: `export * from '../transaction/timers.ts'; export * from '../message/uri.ts';` },
  { file: 'sip-gateway/embedded/server/d9.ts', code: `export * from '../options.ts';`, reported: /a layer above/ },
  { file: 'sip-gateway/embedded/io/d10.ts', code: `export * from '../server.ts'; export * from '../core/types.ts';` },
  { file: 'webrtc-client/e1.ts', code: `export * from '#sip-gateway';`, reported: /may not import/ },
  { file: 'webrtc-client/web/e2.ts', code: `export * from '../peer-state.ts';`, reported: /imports only webrtc-client\/signalling/ },
  { file: 'webrtc-client/web/e3.ts', code: `export type * from '../signalling.ts';` },
  { file: 'webrtc-client/web/e4.ts', code: `export { ms } from '#domain/units';`, reported: /imports only webrtc-client\/signalling/ },
  { file: 'webrtc-client/web/e5.ts', code: `export const a = [Date.now(), fetch('x')];` },
  { file: 'webrtc-client/examples/e6.mjs', code: `export const a = fetch('x');` },
  { file: 'config/f1.ts', code: `export * from '#media';`, reported: /only '#media\/options'/ },
  { file: 'config/f2.ts', code: `export * from '#media/options';` },
  { file: 'config/f3.ts', code: `export * from '#app/main';`, reported: /config\/ may not import/ },
  {
    file: 'config/personas/actions/f4.ts',
    code: `import type { A } from '#pipeline'; export * from 'node:fs'; export type B = A; export const now = Date.now();`,
  },
  { file: 'config/personas/actions/f5.ts', code: `export * from '#pipeline';`, reported: /import only types of '#pipeline'/ },
  { file: 'config/personas/actions/f6.ts', code: `export type * from '#app/main';`, reported: /import only types of '#pipeline'/ },
  { file: 'app/g1.ts', code: `export * from '#media/rtp/packet';`, reported: /only '#media'/ },
  { file: 'app/g2.ts', code: `export * from '#media'; export * from '#config'; export * from '#domain/units';` },
  { file: 'app/g3.ts', code: `export * from '#bench/main';`, reported: /app\/ may not import/ },
  { file: 'test/h1.ts', code: `export * from '#media/rtp/packet';`, reported: /only '#media'/ },
  { file: 'bench/h2.ts', code: `export * from '#pipeline';` },
  { file: 'bench/h6.ts', code: `export * from '#callers/rtp';` },
  { file: 'test/h7.ts', code: `export * from '#callers/io/caller';` },
  { file: 'media/io/h8.test.ts', code: `export * from '#callers/io/rtp-phone';` },
  { file: 'sip-gateway/io/test-h9.ts', code: `export * from '#callers/io/test-phone';` },
  { file: 'media/io/h10.ts', code: `export * from '#callers/io/rtp-phone';`, reported: /media\/ may not import '#callers/ },
  { file: 'app/h11.ts', code: `export * from '#callers/io/caller';`, reported: /app\/ may not import '#callers/ },
  { file: 'callers/h12.ts', code: `export * from '#media';`, reported: /callers\/ may not import '#media'/ },
  { file: 'callers/h13.ts', code: `export * from '#bench/progress';`, reported: /callers\/ may not import '#bench/ },
  { file: 'callers/h14.ts', code: `export * from '#kit/backoff'; export * from '#domain/units';` },
  { file: 'callers/peer/io/h15.ts', code: `export * from '../../rtp.ts';` },
  { file: 'media/h3.test.ts', code: `export * from './rtp/packet.ts'; export * from 'node:fs';` },
  { file: 'media/h4.ts', code: `export * from 'domain/units.ts';`, reported: /must be written '#domain/ },

  // Pure cores
  { file: 'media/p1.ts', code: `export const a = Date.now();`, reported: /Date does not belong/ },
  { file: 'media/p2.ts', code: `export const a = new Date();`, reported: /Date does not belong/ },
  { file: 'media/p3.ts', code: `export const a = performance.now();`, reported: /performance does not belong/ },
  { file: 'pipeline/p4.ts', code: `setTimeout(() => undefined, 5);`, reported: /setTimeout does not belong/ },
  { file: 'pipeline/p5.ts', code: `globalThis.setInterval(() => undefined, 5);`, reported: /setInterval does not belong/ },
  { file: 'pipeline/p6.ts', code: `const later = setImmediate; later(() => undefined);`, reported: /setImmediate does not belong/ },
  { file: 'sip-gateway/p7.ts', code: `export const a = Math.random();`, reported: /Math\.random does not belong/ },
  { file: 'sip-gateway/p8.ts', code: `export const a = crypto.randomUUID();`, reported: /crypto does not belong/ },
  { file: 'sip-gateway/p9.ts', code: `export { randomBytes } from 'node:crypto';`, reported: /'node:crypto' does not belong/ },
  { file: 'sip-gateway/p10.ts', code: `export { readFileSync } from 'fs';`, reported: /'fs' does not belong/ },
  { file: 'sip-gateway/p11.ts', code: `export { default } from 'drachtio-srf';`, reported: /'drachtio-srf' does not belong/ },
  {
    file: 'pipeline/p22.ts',
    code: `export { Chrono } from 'chrono-node'; export { parsePhoneNumberFromString } from 'libphonenumber-js/min';`,
  },
  { file: 'kit/p23.ts', code: `export const a = Date.now();`, reported: /Date does not belong/ },
  { file: 'kit/p24.ts', code: `export { createSocket } from 'node:dgram';`, reported: /'node:dgram' does not belong/ },
  { file: 'kit/p25.ts', code: `export * from './io/wake-timer.ts';`, reported: /is a shell/ },
  { file: 'kit/io/p26.ts', code: `export const a = setTimeout(() => undefined, 5);` },
  {
    file: 'kit/p27.ts',
    code: `import { BlockList, SocketAddress, isIP } from 'node:net'; export const a = [BlockList, SocketAddress, isIP];`,
  },
  { file: 'pipeline/p28.ts', code: `export { isIPv4, isIPv6 } from 'node:net';` },
  { file: 'kit/p29.ts', code: `export { isIP, createConnection } from 'node:net';`, reported: /'node:net' does not belong/ },
  { file: 'kit/p30.ts', code: `import * as net from 'node:net'; export const a = net.isIP('x');`, reported: /'node:net' does not belong/ },
  { file: 'kit/p31.ts', code: `import net from 'node:net'; export const a = net.isIP('x');`, reported: /'node:net' does not belong/ },
  { file: 'kit/p32.ts', code: `import 'node:net';`, reported: /'node:net' does not belong/ },
  { file: 'kit/p33.ts', code: `export * from 'node:net';`, reported: /'node:net' does not belong/ },
  { file: 'domain/p34.ts', code: `export { isIP } from 'node:net';`, reported: /'node:net' does not belong/ },
  { file: 'kit/p35.ts', code: `export const a = (): Promise<unknown> => import('node:net');`, reported: /'node:net' does not belong/ },
  { file: 'config/p12.ts', code: `export const a = process.env;`, reported: /process does not belong/ },
  { file: 'domain/p13.ts', code: `export const a = AbortSignal.timeout(5);`, reported: /AbortSignal\.timeout does not belong/ },
  { file: 'domain/p14.ts', code: `export const a = fetch('x');`, reported: /fetch does not belong/ },
  { file: 'media/p15.ts', code: `export * from './io/socket.ts';`, reported: /is a shell/ },
  { file: 'media/io/p16.ts', code: `export const a = [Date.now(), Math.random()]; export * from 'node:dgram';` },
  { file: 'app/p17.ts', code: `export const a = [Date.now(), process.pid];` },
  { file: 'media/p18.test.ts', code: `export const a = Date.now();` },
  { file: 'media/p19.ts', code: `export const a = (performance: { now(): number }): number => performance.now();` },
  { file: 'media/p20.ts', code: `export interface A { setTimeout(): void; readonly process: number }` },
  { file: 'media/p21.ts', code: `export const a = (p: Promise<number>): number => 1;`, reported: /no-unused-vars/ },

  // Tests and habits
  { file: 'media/t1.test.ts', code: `import { it } from 'vitest'; it.skip('x', () => undefined);`, reported: /it\.skip hides tests/ },
  {
    file: 'media/t2.test.ts',
    code: `import { describe } from 'vitest'; describe.only('x', () => undefined);`,
    reported: /describe\.only hides tests/,
  },
  { file: 'app/r1.ts', code: `export const a = async (): Promise<void> => undefined; a();`, reported: /no-floating-promises/ },
  { file: 'app/r2.ts', code: `export const a = (b: any): unknown => b;`, reported: /no-explicit-any/ },
  { file: 'app/r3.ts', code: `let a = 1; export const b = a;`, reported: /prefer-const/ },
  { file: 'app/r4.ts', code: `const a = 1; export const b = 2;`, reported: /no-unused-vars/ },
  { file: 'app/r5.ts', code: `export const a = (b: unknown): boolean => b == 1;`, reported: /eqeqeq/ },
  { file: 'app/r6.ts', code: `// @ts-ignore\nexport const a: number = 'x';`, reported: /ban-ts-comment/ },
  { file: 'app/r7.ts', code: `import { A } from './r8.ts'; export const a = (b: A): A => b;`, reported: /consistent-type-imports/ },
  { file: 'app/r9.ts', code: `import type { B } from './r10.ts'; export interface A { b: B }`, reported: /no-cycle/ },
  { file: 'app/r10.ts', code: `import type { A } from './r9.ts'; export interface B { a: A }`, reported: /no-cycle/ },
  { file: 'app/r11.ts', code: `import type { B } from './r12.ts'; export type A = B | 1;`, reported: /no-cycle/ },
  { file: 'app/r12.ts', code: `export type { C as B } from './r13.ts';`, reported: /no-cycle/ },
  { file: 'app/r13.ts', code: `import type { A } from '#app/r11'; export type C = A | 2;`, reported: /no-cycle/ },
  { file: 'app/r8.ts', code: `export interface A { b: number }` },
];

let folder: string;
const reports = new Map<string, string[]>();

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'parley-lint-')));
  for (const name of ['.oxlintrc.json', 'package.json', 'tsconfig.json']) cpSync(join(ROOT, name), join(folder, name));
  mkdirSync(join(folder, 'lint'));
  for (const name of ['plugin.js', 'import-law.js']) cpSync(join(ROOT, 'lint', name), join(folder, 'lint', name));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const { file, code } of CASES) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${code}\n`);
  }
  const oxlint = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const run = spawnSync(process.execPath, [oxlint, '--format', 'json', '--threads', '1'], { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { filename: string; code: string; message: string }[] };
  for (const { filename, code, message } of diagnostics) {
    reports.set(filename, [...(reports.get(filename) ?? []), `${code}: ${message}`]);
  }
}, 60_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the linter', () => {
  for (const { file, code, reported } of CASES) {
    it(`${reported === undefined ? 'accepts' : 'reports'} ${code.replaceAll('\n', ' ')} in ${file}`, () => {
      const found = reports.get(file) ?? [];
      if (reported === undefined) expect(found).toEqual([]);
      else expect(found.filter((line) => reported.test(line))).toHaveLength(1);
    });
  }
});
