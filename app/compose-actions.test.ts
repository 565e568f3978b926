import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import pino from 'pino';
import type { CallEventBody } from '#domain/call-event';
import { ClosingStack } from './closing.ts';
import { prepareActions, secretFrom } from './compose-actions.ts';
import { readPersonas } from './personas.ts';
import { systemClock } from './system-clock.ts';
import { configWith } from './testing/config.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'actions-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const PERSONA = `
name: bot
mode: chat
greeting: Hello.
actions:
  - { name: greet, kind: module, file: greet.ts, export: greet, arguments: { who: { type: text } }, confirm: false }
`;
const log = pino({ level: 'silent' });

async function prepare(persona: string, module: string) {
  writeFileSync(join(folder, 'bot.yaml'), persona);
  writeFileSync(join(folder, 'greet.ts'), module);
  const config = configWith(`personas.directory=${folder}`, `actions.dataDir=${join(folder, 'data')}`);
  const closing = new ClosingStack(() => undefined);
  return prepareActions({ config, log }, [...readPersonas(folder).values()], closing);
}

it('a function beside the persona is performed, with its types stripped', async () => {
  const kit = await prepare(
    PERSONA,
    `export const greet: object = { arguments: { who: 'text' }, run: (args: { who: string }, { now }: { now: { year: number } }) => ({ kind: 'done', values: { said: 'Hello ' + args.who, year: now.year } }) };`,
  );
  const events: CallEventBody[] = [];
  const runner = kit.runnerFor(
    { name: 'bot' },
    {
      callId: 'call-1',
      clock: systemClock,
      schedule: (delayMs, run) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
      emit: (event) => events.push(event),
    },
  );
  const result = await runner.run(
    { actionId: 1, name: 'greet', args: { who: 'Mountain View' }, authority: { by: 'declaration' }, idempotencyKey: 'k' },
    new AbortController().signal,
  );
  expect(result).toEqual({ kind: 'done', values: { said: 'Hello Mountain View', year: expect.any(Number) as number } });
  expect(events.map(({ kind }) => kind)).toEqual(['action-started', 'action-ended']);
  await kit.close();
});

it('what cannot work is told at the start, by persona, action, file and export', async () => {
  await expect(prepare(PERSONA, 'export const greet = {')).rejects.toThrow(/bot\.yaml: action "greet": greet\.ts: cannot be loaded: /);
  await expect(prepare(PERSONA.replace('export: greet', 'export: hello'), 'export const hi = 1;')).rejects.toThrow(
    'bot.yaml: action "greet": greet.ts: exports no "hello"; it exports',
  );
  await expect(
    prepare(
      `${PERSONA}  - { name: order, kind: http, url: 'https://api.example.com/', headers: { X-Key: '{env:NO_SUCH_KEY}' } }\n`,
      `export const greet = { arguments: { who: 'text' }, run() {} };`,
    ),
  ).rejects.toThrow(/environment variable NO_SUCH_KEY is not set[^]*api\.example\.com is not among the allowed hosts/);
});

it('secrets come from the environment or a file that it names', () => {
  writeFileSync(join(folder, 'key'), ' from the file \n');
  expect(secretFrom({ KEY: 'given' }, 'KEY')).toBe('given');
  expect(secretFrom({ KEY_FILE: join(folder, 'key') }, 'KEY')).toBe('from the file');
  expect(secretFrom({}, 'KEY')).toBeUndefined();
  expect(() => secretFrom({ KEY_FILE: join(folder, 'gone') }, 'KEY')).toThrow('SECRET_UNREADABLE');
});
