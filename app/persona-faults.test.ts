import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sipOptions } from '#sip-gateway';
import { checkPersonas } from './persona-faults.ts';
import { configWith } from './testing/config.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'personas-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const log = pino({ level: 'silent' });
const put = (name: string, lines: readonly string[]): void => writeFileSync(join(folder, name), lines.join('\n'));
const faults = async (...settings: readonly string[]): Promise<readonly string[]> =>
  (await checkPersonas(configWith(`personas.directory=${folder}`, ...settings), log)).faults;

it('everything that several files name and nobody has comes in one round, each with its line', async () => {
  put('bot.yaml', [
    'name: bot',
    'mode: chat',
    'greeting: Hello.',
    'voice: af_hart',
    'actions:',
    '  - { name: greet, kind: module, file: gone.ts, export: greet }',
  ]);
  put('desk.yaml', ['name: desk', 'mode: chat', 'greting: Hello.', 'voice: nobody', 'speedRatio: 7']);
  expect(await faults()).toEqual([
    expect.stringMatching(/^bot\.yaml:4: voice = "af_hart": there is no such voice; did you mean af_heart\?/),
    expect.stringMatching(/^bot\.yaml:6: actions\.0 "greet": gone\.ts: /),
    'desk.yaml:1: greeting is missing',
    expect.stringMatching(/^desk\.yaml:3: greting is not a key/),
    expect.stringMatching(/^desk\.yaml:4: voice = "nobody": there is no such voice/),
    'desk.yaml:5: speedRatio = 7: must be at most 2',
  ]);
});

it('a folder without personas is a fault, and so is a page that calls nobody', async () => {
  expect(await faults()).toEqual([expect.stringContaining('there are no personas in this folder')]);
  put('desk.yaml', ['name: desk', 'mode: chat', 'greeting: Hello.']);
  const ofPage = 'webrtc.persona = "bot": there is no such persona; the personas are desk';
  const ofSocket = 'webrtc.websocket.persona = "bot": there is no such persona; the personas are desk';
  expect(await faults()).toEqual([ofPage, ofSocket]);
  expect(await faults('webrtc.persona=Desk')).toEqual([ofSocket]);
  expect(await faults('webrtc.persona=Desk', 'webrtc.websocket.persona=desk')).toEqual([]);
  expect(await faults('webrtc.enabled=false')).toEqual([ofSocket]);
  expect(await faults('webrtc.enabled=false', 'webrtc.websocket.enabled=false')).toEqual([]);
});

it('voices of a service that somebody else runs are not known before it answers', async () => {
  put('bot.yaml', ['name: bot', 'mode: chat', 'greeting: Hello.', 'voice: my-own-voice']);
  expect(await faults('services.mode=external')).toEqual([]);
});

it('an account or trunk whose persona nobody has is a fault, each with its name', async () => {
  put('bot.yaml', ['name: bot', 'mode: chat', 'greeting: Hello.', 'aliases: [front]']);
  const config = configWith(`personas.directory=${folder}`);
  const accounts = ['bot', 'front', 'hotel'].map((persona, index) => ({
    name: `a${index}`,
    domain: 'b.example',
    user: `${index}`,
    passwordEnv: 'A',
    persona,
  }));
  const trunks = ['bot', 'spa'].map((persona, index) => ({ name: `t${index}`, hosts: [`192.0.2.${index}`], persona }));
  const checked = await checkPersonas({ ...config, sip: sipOptions.parse({ accounts, trunks }) }, log);
  expect(checked.faults).toEqual([
    'sip.accounts "a2" persona = "hotel": there is no such persona; the personas are bot',
    'sip.trunks "t1" persona = "spa": there is no such persona; the personas are bot',
  ]);
});
