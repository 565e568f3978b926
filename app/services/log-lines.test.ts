import { describe, expect, it } from 'vitest';
import { LineCutter, ServiceLogReader } from './log-lines.ts';
import { readHealth } from './health-probe.ts';

describe('cutting output into lines', () => {
  it('joins what arrives in pieces and drops empty lines', () => {
    const cutter = new LineCutter();
    expect([cutter.cut('on'), cutter.cut('e\n\ntwo\nth'), cutter.cut('ree\n')]).toEqual([[], ['one', 'two'], ['three']]);
  });

  it('keeps no more of an endless line than its beginning', () => {
    const cutter = new LineCutter();
    const seen = [...cutter.cut('x'.repeat(20_000)), ...cutter.cut('x'.repeat(1_000_000)), ...cutter.cut('tail\nnext\n')];
    expect(seen.map((line) => line.length)).toEqual([16_384, 4]);
  });
});

describe('log lines of a service', () => {
  function read(...lines: string[]): { readonly logged: unknown[]; readonly complaints: readonly string[] } {
    const logged: unknown[] = [];
    const reader = new ServiceLogReader('stt', (...entry) => logged.push(entry), { transcripts: false });
    for (const line of lines) reader.read(line, 'stderr');
    return { logged, complaints: reader.complaints };
  }

  it('become ours, without what was said', () => {
    expect(read('{"level":20,"time":1,"service":"stt","msg":"final","decodeMs":160,"transcript":"two people"}').logged).toEqual([
      ['debug', 'final', { decodeMs: 160, service: 'stt' }],
    ]);
  });

  it('that are no JSON are kept as complaints', () => {
    const { logged, complaints } = read(
      'Traceback (most recent call last):',
      '{"level":50,"msg":"models could not be loaded","err":{"message":"no such file"}}',
      '{broken',
    );
    expect(logged).toHaveLength(3);
    expect(complaints).toEqual(['Traceback (most recent call last):', 'models could not be loaded: no such file', '{broken']);
  });
});

describe('an answer to /health', () => {
  it.each([
    [200, '{"status":"ready","model":"base"}', 'ours', 'ready'],
    [200, 'hello from another program', 'ours', 'none'],
    [503, '{"status":"starting","reason":"models are being loaded"}', 'ours', 'starting'],
    [503, '{"status":"failed","reason":"no file"}', 'ours', 'failed'],
    [404, '', 'ours', 'none'],
    [200, '', 'other', 'ready'],
    [404, '{"detail":"Not Found"}', 'other', 'ready'],
    [502, 'Bad Gateway', 'other', 'none'],
  ] as const)('%i %s of %s: %s', (status, text, kind, outcome) => {
    expect(readHealth(status, text, kind).outcome).toBe(outcome);
  });
});
