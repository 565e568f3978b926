import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { nearestKey } from '#config';
import type { VoiceList } from '#pipeline';

interface Catalogue {
  readonly parts: readonly { readonly files: readonly { readonly path: string }[] }[];
}

/** Voices that the local voice service has, from the catalogue of models that the set-up fetches. */
export function catalogueVoices(): readonly string[] {
  const catalogue = JSON.parse(readFileSync(new URL('../gpu-services/models/catalogue.json', import.meta.url), 'utf8')) as Catalogue;
  const files = catalogue.parts.flatMap((part) => part.files.map(({ path }) => path));
  return files
    .filter((path) => dirname(path) === VOICES_FOLDER)
    .map((path) => basename(path, '.bin'))
    .toSorted();
}

/** Why nobody can speak in this voice, or undefined. */
export function whyNoSuchVoice(voice: string, provider: 'local' | 'elevenlabs', known: readonly string[]): string | undefined {
  if (provider === 'elevenlabs') {
    return ELEVENLABS_ID.test(voice) || known.includes(voice) || mixOf(voice)?.every((name) => known.includes(name)) === true
      ? undefined
      : 'must be the id of an ElevenLabs voice (letters and digits), or the name of a local voice, which then means ELEVENLABS_VOICE_ID';
  }
  const mix = mixOf(voice);
  if (mix !== undefined) return mix.map((name) => whyNoSuchVoice(name, provider, known)).find((why) => why !== undefined);
  if (known.includes(voice)) return undefined;
  if (/[:,]/.test(voice))
    return 'there is no such voice: a mix is up to four voices, each with its weight, such as af_heart:0.8,af_nicole:0.2';
  const close = nearestKey(voice, known);
  return `there is no such voice${close === undefined ? '' : `; did you mean ${close}?`} (there are ${known.join(', ')})`;
}

/** What a persona asks of the voice that this service does not have: its callers would hear another one, or none. */
export function whyNotSpoken(
  { voice, calmVoice, language }: { readonly voice: string; readonly calmVoice?: string | undefined; readonly language: string },
  list: VoiceList,
): readonly string[] {
  const faults: string[] = [];
  // ElevenLabs lists only the voice that is configured, and takes any id.
  const isRemote = list.engines.includes('elevenlabs');
  for (const [key, name] of Object.entries({ voice, calmVoice })) {
    const why =
      name === undefined ? undefined : whyNoSuchVoice(name, isRemote ? 'elevenlabs' : 'local', isRemote ? catalogueVoices() : list.voices);
    if (why !== undefined) faults.push(`${key} = ${JSON.stringify(name)}: ${why}`);
  }
  const tag = language.toLowerCase();
  const isSpoken =
    list.languages.length === 0 ||
    list.languages.some((known) => known === tag || known.split('-')[0] === tag || tag.split('-')[0] === known);
  if (!isSpoken)
    faults.push(
      `language = ${JSON.stringify(language)}: the voice service speaks ${list.languages.join(', ')} only; see gpu-services/README.md for adding others`,
    );
  return faults;
}

/** The voices of a mix such as `af_heart:0.8,af_nicole:0.2`, as the service reads it (tts/voice_mix.py). */
function mixOf(voice: string): readonly string[] | undefined {
  const parts = voice.split(',').map((part) => /^([a-z0-9_]+):(\d+(?:\.\d+)?|\.\d+)$/.exec(part.trim()));
  const isMix = voice.includes(':') && parts.length <= 4 && parts.every((part) => part !== null && Number(part[2]) > 0);
  return isMix ? parts.map((part) => part?.[1] ?? '') : undefined;
}

/** As the service reads it (tts/elevenlabs.py). */
const ELEVENLABS_ID = /^[A-Za-z0-9]{8,64}$/;
const VOICES_FOLDER = 'kokoro/voices';
