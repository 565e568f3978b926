import { join } from 'node:path';
import { readRunning, runningFile } from '#app/running-file';
import { ROOT_DIR } from '#bench/call/bench';
import { noiseLoop } from '#callers/speech-level';
import { readSound } from '#bench/call/io/sounds';
import { recognise, servicesOf } from '#bench/call/io/speech-services';
import { LineSounds } from '#bench/forms/io/line-sounds';
import { SeededRandom } from '#kit/seeded-random';
import { VALUES, answerOf } from '#bench/forms/wordings';
import { CALLER_VOICES } from '#bench/forms/voices';
import type { Progress } from '#bench/progress';
import { loadPersonas } from '#config/personas';
import { createForms, Forms, hotwordsText, languageOrDefault, looksUnfinished, primarySubtag, type Form, type Persona } from '#pipeline';
import { parseHotwordsOptions, type HotwordsBenchOptions } from './options.ts';
import { tally, type HeardPhrase, type WayResults } from './tally.ts';

type Slot = Form['slots'][number];
interface Phrase {
  readonly slot: Slot;
  readonly value: string | number | boolean;
  readonly said: string;
  readonly pcm: Int16Array;
}

/** Whether telling recognition what to expect helps: the same phrases are decoded with nothing told, and in several ways. */
export async function run(args: readonly string[], progress: Progress): Promise<Record<string, unknown>> {
  const options = parseHotwordsOptions(args);
  const running = readRunning(runningFile(join(ROOT_DIR, 'data', 'api-token')));
  const services = servicesOf(running, options);
  const { persona, form } = declared(options);
  const phrases = await phrasesOf(form, options, new LineSounds({ services, cacheDir: join(ROOT_DIR, 'data', 'bench', 'speech') }));
  const noise =
    options.noise === undefined
      ? undefined
      : noiseLoop(
          readSound(options.noise).pcm,
          phrases.map(({ pcm }) => pcm),
          options.snrDb,
        );
  const { turns } = languageOrDefault(persona.language);
  const rows: HeardPhrase[] = [];
  for (const [at, phrase] of phrases.entries()) {
    const sound = { sampleRateHz: 8000, pcm: withNoise(phrase.pcm, noise) };
    // One after the other, so that whatever else the machine does hits all ways alike.
    for (const [way, config] of waysOf(form, persona, phrase.slot)) {
      const { text, decodeMs } = await recognise(services, sound, { language: primarySubtag(persona.language), ...config });
      rows.push({
        way,
        type: phrase.slot.type.type,
        said: phrase.said,
        heard: text,
        verdict: verdictOf(phrase, text),
        unfinished: looksUnfinished(turns.shapeOf(text)),
        decodeMs,
      });
    }
    if ((at + 1) % 20 === 0) progress.step(at + 1, phrases.length, 'phrases heard');
  }
  const ways: Record<string, WayResults> = tally(rows);
  return { ...ways, rows };
}

function declared({ persona: name, form: id }: HotwordsBenchOptions): { persona: Persona; form: Form } {
  const { personas } = loadPersonas(join(ROOT_DIR, 'config', 'personas'));
  const persona = [...personas.values()].find((each) => each.name === name);
  if (persona === undefined) throw new Error(`--persona ${name}: there are ${[...personas.values()].map((each) => each.name).join(', ')}`);
  const forms = createForms(persona);
  const form = forms.find((each) => each.id === id);
  if (form === undefined) throw new Error(`--form ${id}: ${name} has ${forms.map((each) => each.id).join(', ') || 'none'}`);
  return { persona, form };
}

/** Nothing; all that the form and the persona expect as one list, as some do it; and what the bot tells recognition when it asks for this slot. */
function waysOf(
  form: Form,
  persona: Persona,
  { name, type, declaration }: Slot,
): readonly (readonly [way: string, config: { readonly hotwords: string; readonly prompt: string }])[] {
  const expected = new Forms([form], () => NOW).expected({
    formId: form.id,
    values: {},
    given: [],
    skipped: [],
    question: { kind: 'slot', slot: name },
    misses: 0,
    steps: 0,
    refusals: 0,
  });
  const all = new Set([...type.hotwords, ...form.slots.flatMap((slot) => slot.type.hotwords), ...persona.hotwords]);
  return [
    ['off', { hotwords: '', prompt: '' }],
    ['list', { hotwords: [...all].join(', '), prompt: '' }],
    ['question', { hotwords: '', prompt: declaration.prompt }],
    ['on', { hotwords: hotwordsText(expected.hotwords), prompt: expected.prompt }],
  ];
}

async function phrasesOf(form: Form, options: HotwordsBenchOptions, sounds: LineSounds): Promise<Phrase[]> {
  const random = new SeededRandom(options.seed);
  const phrases: Phrase[] = [];
  for (const slot of form.slots) {
    const { spec } = slot.declaration;
    const values = spec.type === 'choice' ? spec.choices.map(({ value }) => value) : (VALUES[spec.type] ?? []);
    for (let i = 0; values.length > 0 && i < options.phrases; i++) {
      const value = values[i % values.length] as string | number;
      const say = answerOf(spec.type, spec.type === 'choice' ? slot.type.say(value, { now: NOW }) : value, random);
      const pcm = await sounds.of({ say }, CALLER_VOICES[i % CALLER_VOICES.length] as string);
      if (pcm !== undefined) phrases.push({ slot, value, said: say, pcm });
    }
  }
  if (phrases.length === 0) throw new Error(`no slot of ${form.id} is of a type that this bench has phrases for`);
  return phrases;
}

function verdictOf({ slot, value }: Phrase, text: string): HeardPhrase['verdict'] {
  const reading = slot.type.read(text, { now: NOW, asked: true, known: {} });
  if (reading.kind !== 'value') return 'asked';
  return reading.value === value ? 'right' : 'wrong';
}

/** A quarter of a second before the words and after them. */
function withNoise(pcm: Int16Array, noise: Int16Array | undefined): Int16Array {
  const padded = new Int16Array(pcm.length + 2 * AROUND_SAMPLES);
  padded.set(pcm, AROUND_SAMPLES);
  return noise === undefined
    ? padded
    : padded.map((sample, i) => Math.max(-32768, Math.min(32767, sample + (noise[i % noise.length] as number))));
}

/** The values below are read as of this day. */
const NOW = { year: 2026, month: 11, day: 1, hour: 7, minute: 0, weekday: 0 };
/** At 8 kHz. */
const AROUND_SAMPLES = 2000;
