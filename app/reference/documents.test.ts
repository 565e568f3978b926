import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../http/openapi.ts';
import { allMetrics, referenceDocuments } from './documents.ts';
import { describeEndReasons } from './end-reasons.ts';
import { ERROR_CODES } from './error-codes.ts';
import { CALL_EVENTS, CLIENT_MESSAGES, SERVER_MESSAGES, describeCallEvents, describeMessages } from './events.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'docs', 'reference');

describe('docs/reference', () => {
  const documents = referenceDocuments(root);

  it.each(Object.keys(documents))('%s is what `npm run defaults` writes', (name) => {
    expect(existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : 'missing').toBe(documents[name]);
  });

  it('has no file besides', () => {
    expect(readdirSync(folder).toSorted()).toEqual(Object.keys(documents).toSorted());
  });
});

describe('the events', () => {
  it('are read from the source with their fields, each of them once', () => {
    const events = describeCallEvents(readFileSync(join(root, 'domain', 'call-event.ts'), 'utf8'));
    expect(events.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(CALL_EVENTS).toSorted());
    expect(events.find(({ kind }) => kind === 'barge-in')?.fields).toEqual(['turnId', 'decision', 'why', 'decidedMs']);
    expect(events.find(({ kind }) => kind === 'call-ended')?.fields).toEqual(['reason', 'stats?']);
  });

  it('and messages have a meaning', () => {
    const { fromServer, fromPage } = describeMessages();
    expect(fromServer.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(SERVER_MESSAGES).toSorted());
    expect(fromPage.map(({ kind }) => kind).toSorted()).toEqual(Object.keys(CLIENT_MESSAGES).toSorted());
  });
});

describe('the metrics', () => {
  it('have a name, a meaning and a unit where they measure', () => {
    const own = allMetrics().filter(({ name }) => name.startsWith('parley_'));
    expect(own.length).toBeGreaterThan(25);
    expect(own.filter(({ help }) => help.length < 10)).toEqual([]);
  });
});

describe('the end reasons', () => {
  it('have the statuses that callers get', () => {
    const statuses = Object.fromEntries(describeEndReasons().map(({ label, sipStatus }) => [label, sipStatus]));
    expect(statuses).toMatchObject({
      'refused/not-allowed': 403,
      'refused/no-common-codec': 488,
      'refused/too-many-calls': 503,
      'caller/cancelled': 487,
    });
    expect(Object.entries(statuses).filter(([label, status]) => label.startsWith('refused/') && status === undefined)).toEqual([]);
  });
});

describe('the error codes', () => {
  const known = Object.values(ERROR_CODES).flatMap((codes) => Object.keys(codes));
  const sources = execFileSync(
    'git',
    ['ls-files', 'app', 'config', 'domain', 'media', 'pipeline', 'sip-gateway', 'webrtc-client', 'sdp', 'kit'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
    .split('\n')
    .filter(
      (path) =>
        /\.(?:ts|mjs)$/.test(path) &&
        !/\.test\.ts$|\/testing\/|^webrtc-client\/web\/|^app\/reference\//.test(path) &&
        existsSync(join(root, path)),
    )
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
  /** Where a code is given: to an error, to problem details, to a refusal, in a field `code`. */
  const given = [
    ...sources.matchAll(/new AppError\(\s*(?:[^'`),]*\?\s*)?'([A-Z][A-Z0-9_]+)'/g),
    ...sources.matchAll(/\bcode: '([A-Z][A-Z0-9_]+)'/g),
    ...sources.matchAll(
      /(?:sendProblem\(reply, \d+|refuseUpgrade\(\w+, \d+|problemDetails\(\d+|refused\(\d+|\bbad\(|\bfail\(|\bfault\()\s*,?\s*'([A-Z][A-Z0-9_]+)'/g,
    ),
  ]
    .flatMap(([, code]) => (code === undefined ? [] : [code]))
    // Those of the system, such as EADDRINUSE.
    .filter((code) => !/^E[A-Z]+$/.test(code));

  it('of the sources are all listed', () => {
    expect(given.length).toBeGreaterThan(60);
    expect(
      [...new Set(given)].filter((code) => !known.includes(code)),
      'list them in app/reference/error-codes.ts, then run npm run defaults',
    ).toEqual([]);
  });

  it('that are listed are all in the sources', () => {
    const suffixes = ['_BAD_REPLY', '_CUT', '_HTTP', '_UNREACHABLE', '_UNAVAILABLE', '_FAILED', '_TIMEOUT'];
    const isMade = (code: string): boolean => suffixes.some((suffix) => code.endsWith(suffix) && sources.includes(`}${suffix}\``));
    expect(known.filter((code) => !new RegExp(`['"\`]${code}\\b`).test(sources) && !isMade(code) && code !== 'JOB_FAILED')).toEqual([]);
    expect(known.length).toBe(new Set(known).size);
  });

  it('that the HTTP API answers with are those of the table', () => {
    const table = Object.keys(ERROR_CODES['HTTP API (problem details)'] ?? {});
    const named = OPERATIONS.flatMap(({ answers }) => JSON.stringify(answers).match(/\b[A-Z]{2,}(?:_[A-Z]+)+\b/g) ?? []);
    expect([...new Set(named)].filter((code) => !table.includes(code))).toEqual([]);
  });
});
