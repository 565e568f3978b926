import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writePrivateFile } from '#app/private-files';
import { readRunning, runningFile } from '#app/running-file';
import { ROOT_DIR } from './call/bench.ts';
import { assertReachable, dial } from './call/io/dial.ts';
import { CallRefused, type Talker } from '#callers/talker';
import { formatWav } from '#callers/wav';
import { AppRecords, connectRecords, type RecordedTurn } from './call/io/app-records.ts';
import { CALLER_VOICE, DEFAULT_SERVICES, servicesOf, synthesize, transcribeLong, type SpeechServices } from './call/io/speech-services.ts';
import { walkScript } from './forms/walk.ts';
import { formatCount } from './progress.ts';

const USAGE = `npm run call -- "What time is breakfast?" ["next line" ...]
npm run call -- --script booking

  --script NAME  let the caller follow a script: one of bench/forms/scripts, or a file of the same form
  --to URI       address to call (default: the app that runs from this folder, else sip:bot@127.0.0.1:5060; webrtc:bot calls as a browser)
  --audio DIR    recordings of a script's lines, in place of the synthetic voice
  --voice NAME   the caller's voice (${CALLER_VOICE})
  --out DIR      folder of the recording (data/calls)
  --http URL     the app's HTTP API (that app's, else http://127.0.0.1:3000)
  --tts URL      the tts service (that app's, else ${DEFAULT_SERVICES.ttsUrl})
  --stt URL      the stt service (that app's, else ${DEFAULT_SERVICES.sttUrl})
`;

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** For whoever has no phone at hand: speaks the lines to the running app and shows the conversation as it is heard. */
async function talk(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      to: { type: 'string' },
      voice: { type: 'string' },
      out: { type: 'string' },
      http: { type: 'string' },
      script: { type: 'string' },
      audio: { type: 'string' },
      tts: { type: 'string' },
      stt: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help || (positionals.length === 0 && values.script === undefined)) {
    process.stderr.write(USAGE);
    return values.help ? 0 : 2;
  }
  const running = readRunning(runningFile(join(ROOT_DIR, 'data', 'api-token')));
  const uri = values.to ?? `sip:${running?.user ?? 'bot'}@${running?.sip ?? '127.0.0.1:5060'}`;
  await assertReachable(uri, ROOT_DIR);
  const services = servicesOf(running, values);
  if (values.script !== undefined)
    return walkScript(values.script, {
      to: uri,
      http: values.http ?? process.env['PARLEY_HTTP_URL'] ?? running?.httpUrl ?? 'http://127.0.0.1:3000',
      services,
      voice: values.voice,
      audio: values.audio,
      saveRecording: (caller) => saveRecording(values.out ?? join(ROOT_DIR, 'data', 'calls'), caller),
    });
  const lines: Int16Array[] = [];
  for (const line of positionals) {
    try {
      lines.push(await synthesize(services, line, values.voice ?? CALLER_VOICE));
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // fetch's way of saying that nothing listens
      process.stderr.write(
        `Nothing answers at ${services.ttsUrl}: is the app running? Start it with \`npm start\` in another terminal and wait for its "Ready" line.\n`,
      );
      return 1;
    }
  }
  const records = await connectRecords(
    values.http ?? process.env['PARLEY_HTTP_URL'] ?? running?.httpUrl ?? 'http://127.0.0.1:3000',
    ROOT_DIR,
  );
  say(`dialling ${uri}`);
  const caller = await dial(uri, ROOT_DIR);
  say(`answered after ${Math.round(caller.setupMs)} ms\n`);
  const heard = records instanceof AppRecords ? new RecordedTurns(records, caller) : new TranscribedTurns(services, caller);
  process.once('SIGINT', () => void caller.hangUp());
  try {
    const greeted = await caller.hearBot(1000);
    if (records instanceof AppRecords && caller.callId !== undefined) records.know(caller.signallingId, caller.callId);
    if (greeted) for (const text of await heard.next()) say(`bot     ${' '.repeat(9)}${text}`);
    for (const [i, pcm] of lines.entries()) {
      if (caller.hasEnded) break;
      say(`caller  ${' '.repeat(9)}${positionals[i]}`);
      const played = await caller.play(pcm);
      const from = played.lastSpeechAtMs ?? played.endAtMs;
      const at = await caller.botSpeaks(from, from + 10_000);
      await caller.botQuiet(1200, performance.now() + 40_000);
      const texts = await heard.next();
      const delay = at === undefined ? 'no answer' : `+${formatCount(at - from, 'ms')}`;
      const understood = heard.understood;
      if (understood !== undefined && understood !== '') say(`        ${' '.repeat(9)}understood: "${understood}"`);
      if (texts.length === 0) say(`bot     ${delay.padEnd(9)}${at === undefined ? '' : '(its words are not recorded yet)'}`);
      texts.forEach((text, n) => say(`bot     ${(n === 0 ? delay : '').padEnd(9)}${text}`));
    }
  } finally {
    const endedBy = caller.hasEnded?.by ?? 'caller';
    await caller.hangUp();
    say(`\n${endedBy === 'bot' ? 'The bot hung up.' : 'Hung up.'}`);
    saveRecording(values.out ?? join(ROOT_DIR, 'data', 'calls'), caller);
  }
  if (!(records instanceof AppRecords))
    process.stderr.write(`(what the bot said was transcribed; its own record could not be read: ${records.missing})\n`);
  return 0;
}

function saveRecording(dir: string, caller: Talker): void {
  const stem = join(dir, new Date().toISOString().replace(/[:.]/g, '-'));
  writePrivateFile(`${stem}.wav`, caller.recording());
  writePrivateFile(`${stem}-bot.wav`, formatWav(8000, caller.heard()));
  say(`Both sides (caller left, bot right): ${stem}.wav\nThe bot alone: ${stem}-bot.wav`);
}

/** The bot's words as the app recorded them. */
class RecordedTurns {
  understood: string | undefined;
  readonly #records: AppRecords;
  readonly #caller: Talker;
  #seen = 0;
  constructor(records: AppRecords, caller: Talker) {
    this.#records = records;
    this.#caller = caller;
  }

  async next(): Promise<readonly string[]> {
    const record = await this.#records.waitFor(this.#caller.signallingId, (r) => r.turns.some((turn) => turn.turnId > this.#seen), 2000);
    const turns: readonly RecordedTurn[] = record?.turns.filter((turn) => turn.turnId > this.#seen) ?? [];
    this.#seen = Math.max(this.#seen, ...turns.map((turn) => turn.turnId));
    this.understood = turns
      .map((turn) => turn.callerText)
      .filter((text) => text !== '')
      .join(' ');
    return turns.map((turn) => turn.heardText || turn.botText);
  }
}

/** The bot's words as they sound: where the app's records are out of reach. */
class TranscribedTurns {
  readonly understood = undefined;
  readonly #services: SpeechServices;
  readonly #caller: Talker;
  #fromMs: number;
  constructor(services: SpeechServices, caller: Talker) {
    this.#services = services;
    this.#caller = caller;
    this.#fromMs = caller.answeredAtMs;
  }

  async next(): Promise<readonly string[]> {
    const untilMs = performance.now();
    const text = await transcribeLong(this.#services, this.#caller.heard(this.#fromMs, untilMs));
    this.#fromMs = untilMs;
    return text === '' ? [] : [text];
  }
}

try {
  process.exit(await talk(process.argv.slice(2)));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${error instanceof CallRefused ? message : `call: ${message}`}\n`);
  process.exit(1);
}
