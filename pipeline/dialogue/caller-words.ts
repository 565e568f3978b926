import type { CallFacts } from '#domain/call';
import { languageOrDefault } from '../language/language-of.ts';
import type { Persona } from '../persona.ts';

/** What the network tells of a caller, as far as a persona may say it. */
export type KnownCaller = Pick<CallFacts, 'fromUser' | 'displayName' | 'headers'>;

interface SpokenTo {
  readonly caller: KnownCaller | undefined;
  readonly noNames: ReadonlySet<string>;
}

/** The persona as it speaks to this caller: every place such as `{caller.name|there}` is filled in. Without a caller, with what stands after the bar. */
export function speakingTo(persona: Persona, caller?: KnownCaller): Persona {
  return hasPlaces(persona)
    ? (filled(persona, [], { caller, noNames: languageOrDefault(persona.language).turns.noNames }) as Persona)
    : persona;
}

function hasPlaces(persona: Persona): boolean {
  return textsOf(persona, []).some(({ text }) => text.includes('{caller.') || text.includes('{header.'));
}

/** All texts of a persona, with where they stand. */
export function textsOf(
  value: unknown,
  path: readonly PropertyKey[],
): readonly { readonly path: readonly PropertyKey[]; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((item, at) => textsOf(item, [...path, at]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => textsOf(item, [...path, key]));
}

function filled(value: unknown, path: readonly PropertyKey[], to: SpokenTo): unknown {
  if (typeof value === 'string') return maySay(path) ? fill(value, to) : value;
  if (Array.isArray(value)) return value.map((item, at) => filled(item, [...path, at], to));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, [...path, key], to)]));
}

function fill(text: string, to: SpokenTo): string {
  if (!text.includes('{')) return text;
  const whole = text.replace(PLACE, (_whole, name: string, otherwise: string) => valueOf(name, to) ?? otherwise);
  return whole === text
    ? text
    : whole
        .replace(/ {2,}/g, ' ')
        .replace(/ +([,.!?;:])/g, '$1')
        .trim();
}

function valueOf(name: string, { caller, noNames }: SpokenTo): string | undefined {
  if (caller === undefined) return undefined;
  if (name === 'caller.name') return asName(caller.displayName, noNames);
  if (name === 'caller.number') return NUMBER.test(caller.fromUser) ? caller.fromUser : undefined;
  return asWords(caller.headers[name.slice('header.'.length).toLowerCase()], noNames);
}

/** A name as a person might have it. Whatever else is written there, and anybody can write anything, is not said. */
function asName(displayName: string | undefined, noNames: ReadonlySet<string>): string | undefined {
  const swapped = /^([^,]+), *([^,]+)$/.exec(displayName?.trim() ?? '');
  const name = asWords(swapped === null ? displayName : `${swapped[2] ?? ''} ${swapped[1] ?? ''}`, noNames);
  if (name === undefined || /\p{N}/u.test(name) || (name.match(/\p{L}/gu)?.length ?? 0) < 2) return undefined;
  return name === name.toUpperCase() && /[A-Z]{2}/.test(name)
    ? name.toLowerCase().replace(/(?<![\p{L}'’])\p{L}/gu, (letter) => letter.toUpperCase())
    : name;
}

/** Few short words, of letters and digits: neither markup nor a sentence that a model would take for an order. */
function asWords(value: string | undefined, noNames: ReadonlySet<string>): string | undefined {
  const text = value?.normalize('NFC').trim().replace(/\s+/g, ' ') ?? '';
  if (text === '' || text.length > MAX_CHARS || !WORDS.test(text)) return undefined;
  const words = text
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
  return words.length > MAX_WORDS || words.some((word) => word.length > MAX_WORD_CHARS || noNames.has(word) || MIXED.test(word))
    ? undefined
    : text;
}

/** Lines that are said once, or chosen by what the caller says; never what a language model is told, and never what has to be ready for every caller. */
export function maySay(path: readonly PropertyKey[]): boolean {
  const [top, part, inside] = path;
  if (top === 'takeMessage') return true;
  if (top === 'knowledge') return inside === 'answer';
  if (top === 'otherWords') return part !== 'fault';
  return SAID.has(String(top));
}

const SAID: ReadonlySet<string> = new Set([
  'greeting',
  'goodbye',
  'silentGoodbye',
  'stillThere',
  'unsure',
  'notHeard',
  'holding',
  'stopped',
  'offerMessage',
]);
/** What can be told of every caller. */
export const NAMES = ['caller.name', 'caller.number'];
const PLACE = /\{((?:caller|header)\.[\w.-]{1,70})\|([^{}|]{0,100})\}/g;
const NUMBER = /^\+?\d{3,15}$/;
/** Letters with their marks, digits, and what names have between them. */
const WORDS = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}'’.\- ]*$/u;
/** Letters of two scripts in one word: look-alikes. */
const MIXED = /\p{Script=Latin}.*(?!\p{Script=Latin})\p{L}|(?!\p{Script=Latin})\p{L}.*\p{Script=Latin}/u;
const MAX_CHARS = 40;
const MAX_WORDS = 4;
const MAX_WORD_CHARS = 20;
