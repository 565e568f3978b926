import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT_DIR } from '#bench/call/bench';
import { dial } from '#bench/call/io/dial';
import type { Talker } from '#callers/talker';
import { AppRecords, connectRecords, type RecordedAction } from '#bench/call/io/app-records';
import { CALLER_VOICE, type SpeechServices } from '#bench/call/io/speech-services';
import { formatCount } from '#bench/progress';
import { LineSounds } from './io/line-sounds.ts';
import { playScript } from './io/play-script.ts';
import { wordsOfPersona } from './io/words-of-persona.ts';
import { judge } from './outcome.ts';
import { readScript, type FileScript } from './read-script.ts';
import type { ScriptStep } from './script.ts';

export interface WalkOptions {
  readonly to: string;
  readonly http: string;
  readonly services: SpeechServices;
  readonly voice: string | undefined;
  /** Folder of recordings, for the lines that name one or have the text of one. */
  readonly audio: string | undefined;
  readonly saveRecording: (caller: Talker) => void;
}

/** `npm run call -- --script NAME`: plays a script to the running bot, shows the dialogue with its times, and what was done. Resolves with the exit code. */
export async function walkScript(name: string, options: WalkOptions): Promise<number> {
  const script = { ...loadScript(name), ...(options.voice === undefined ? {} : { voice: options.voice }) };
  const words = wordsOfPersona(options.to, ROOT_DIR)(script.form);
  const records = await connectRecords(options.http, ROOT_DIR);
  if (!(records instanceof AppRecords)) throw new Error(`what the bot asks and does is read from the app's records: ${records.missing}`);
  const sounds = new LineSounds({
    services: options.services,
    cacheDir: join(ROOT_DIR, 'data', 'bench', 'speech'),
    recordings: options.audio,
  });
  for (const step of script.steps) await sounds.of(step, script.voice);
  say(`${script.title}${options.audio === undefined ? `, spoken by ${script.voice}` : ''}\ndialling ${options.to}`);
  const caller = await dial(options.to, ROOT_DIR);
  say(`answered after ${Math.round(caller.setupMs)} ms\n`);
  process.once('SIGINT', () => void caller.hangUp());
  try {
    const played = await playScript(caller, script, {
      sounds,
      records,
      words,
      onSaid: (step) => say(`caller  ${' '.repeat(9)}${told(step)}`),
      onHeard: ({ callerText, botText }, firstSoundMs) => {
        if (callerText !== '') say(`        ${' '.repeat(9)}understood: "${callerText}"`);
        say(`bot     ${(firstSoundMs === undefined ? '' : `+${formatCount(firstSoundMs, 'ms')}`).padEnd(9)}${botText}`);
      },
    });
    if (played.record === undefined) throw new Error('the app has no record of the call: whether it was done is unknown');
    const verdict = judge(script, played.record, words.typeOf);
    say('');
    for (const action of played.record.actions ?? []) say(`action  ${actionText(action)}`);
    say(
      verdict.completed
        ? `${script.outcome === 'done' ? 'Done' : 'Called off'} in ${played.turns} turns of the caller's (${script.leastTurns} at least).`
        : `NOT ${script.outcome === 'done' ? 'done' : 'called off'}: ${verdict.why ?? ''}; the caller hung up: ${played.endedWith}.`,
    );
    return verdict.completed ? 0 : 1;
  } finally {
    await caller.hangUp();
    options.saveRecording(caller);
  }
}

/** One of the scripts that come along, or a file. */
export function loadScript(name: string): FileScript {
  const own = join(SCRIPTS_DIR, `${name}.yaml`);
  const file = existsSync(own) ? own : name;
  if (!existsSync(file)) throw new Error(`there is no script "${name}": ${scriptNames().join(', ')}, or the path of a file`);
  return readScript(readFileSync(file, 'utf8'), file, CALLER_VOICE);
}

export function scriptNames(): readonly string[] {
  return readdirSync(SCRIPTS_DIR)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5))
    .sort();
}

function told({ say: text, wav, keys }: ScriptStep): string {
  return keys === undefined ? (text ?? wav ?? '') : `[${keys}]`;
}

function actionText({ name, args, authority, outcome, code, values }: RecordedAction): string {
  const by = authority.by === 'caller' ? `the caller's "${authority.answer ?? ''}"` : 'the persona';
  return `${name} ${JSON.stringify(args)}: ${outcome ?? 'not ended'}${code === undefined ? '' : ` (${code})`}${values === undefined ? '' : ` ${JSON.stringify(values)}`}, by ${by}`;
}

const say = (text: string) => void process.stdout.write(`${text}\n`);
const SCRIPTS_DIR = join(dirname(fileURLToPath(import.meta.url)), 'scripts');
