import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { parseSync } from 'vite';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Words by which English callers and bots are known, and that no code or setting is called. */
const ENGLISH = new Set(
  `a an the and or but because so i'm i you your we our they he she it it's my me is are was were do does don't did can could would will shall what what's when where who why
  how which this that these those to for from at in on of with about until after before not yeah okay ok please um uh er mhm hmm sorry thanks thank hello hi hey goodbye bye
  monday tuesday wednesday thursday friday saturday sunday january february march april june july august september october november december one two three four five six seven
  eight nine ten eleven twelve twenty thirty hundred noon midnight morning afternoon evening half past o'clock people room rooms again anything something`.split(
    /\s+/,
  ),
);

/** What things are called in code, by one of these words. */
const CODES = /^(?:goodbye|which|past|again|thanks|one|on|before|[a-z]+(?:-[a-z]+)+)$/;

/** English that is no word of a caller's or a bot's. */
const EXEMPT: readonly (readonly [files: RegExp, why: string])[] = [
  [/(^|\/)([a-z-]+-)?(options|faults|schema|declaration)\.ts$/, 'settings, and what is wrong with them, told to who runs the bot'],
  [
    /^(persona|wire|dialogue\/known-codes|dialogue\/slots\/slot-spec)\.ts$/,
    'what is wrong with a persona or with what a service sends, told to who runs the bot',
  ],
  [
    /^dialogue\/actions\/(declared-action|module-result|http-exchange|proposals|tool-turn)\.ts$/,
    'why an action or a tool is refused, told to who runs the bot and to the LLM',
  ],
  [
    /^dialogue\/actions\/tools\.ts$|^dialogue\/history\.ts$|^tone\/manner\.ts$|^flow\/plainer-messages\.ts$/,
    'instructions to the LLM, which reads English in every language',
  ],
  [
    /^flow\/(llm-limits|stt-link|think-filter|chat-stream)\.ts$|^knowledge\/create-knowledge\.ts$|^tone\/learn-tone\.ts$/,
    'what services write, and what is wrong with it',
  ],
  [/^dialogue\/slots\/types\/date\.ts$/, 'days of the week as settings name them'],
  [/^conversation\/running-actions\.ts$/, 'why an action failed, kept in its record'],
  [/^io\//, 'errors and log lines, told to who runs the bot'],
];
/** What is said to who runs the bot, and why something happened in a record. */
const FOR_OPERATORS = /(^|\.)(describe|error|debug|info|warn|invariant|AppError|Error|dropSpeculation|drop|fault)$/;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

it('no word of English stands outside its folder', () => {
  const files = globSync('**/*.ts', { cwd: join(ROOT, 'pipeline') }).map((file) => file.replaceAll('\\', '/'));
  const looked = files.filter(
    (file) => !/^language\/|\.test\.ts$|(^|\/)testing\/|^io\/test-/.test(file) && !EXEMPT.some(([exempt]) => exempt.test(file)),
  );
  expect(looked.length).toBeGreaterThan(80);
  expect(looked.flatMap((file) => englishIn(file, readFileSync(join(ROOT, 'pipeline', file), 'utf8')))).toEqual([]);
});

it('every exemption is needed', () => {
  const files = globSync('**/*.ts', { cwd: join(ROOT, 'pipeline') }).filter((file) => !file.endsWith('.test.ts'));
  for (const [exempt, why] of EXEMPT) {
    const found = files
      .filter((file) => exempt.test(file))
      .flatMap((file) => englishIn(file, readFileSync(join(ROOT, 'pipeline', file), 'utf8')));
    expect(found.length, why).toBeGreaterThan(0);
  }
});

it.each([
  [`const FILLERS = new Set(['um', 'uh']);`, 2],
  [`const BYE = /\\b(bye|see you)\\b/;`, 1],
  ['const ask = `Do you mean ${one} or ${other}?`;', 2],
  [`const offers = new Set(['goodbye', 'bye']);`, 1],
  [`const lines = { unsure: 'I am not sure.' };`, 1],
  [`if (words[0] === 'and') go();`, 1],
  [`type Kind = 'and' | 'or'; import { a } from './the.ts';`, 0],
  [`throw new AppError('X', 'the breaker is open');`, 0],
  [`z.string().describe('What is said to a caller');`, 0],
  [`const kind = 'hold'; // and the rest`, 0],
])('finds what there is in %j', (code, count) => {
  expect(englishIn('sample.ts', code).length).toBe(count);
});

/** Places of literals with an English word in them. */
function englishIn(file: string, code: string): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown, forOperators: boolean): void => {
    if (Array.isArray(value)) return value.forEach((each) => visit(each, forOperators));
    if (typeof value !== 'object' || value === null || typeof (value as Node).type !== 'string') return;
    const node = value as Node;
    if (/^(Import|Export(All|Named)Declaration$|TS(?!As|Satisfies|NonNull))/.test(node.type) && node['declaration'] == null) return;
    const text = textOf(node);
    if (text !== undefined && !forOperators && !CODES.test(text) && wordsIn(text).some((word) => ENGLISH.has(word)))
      found.push(`pipeline/${file}:${code.slice(0, node.start).split('\n').length}: ${text.slice(0, 80)}`);
    const callee = node['callee'] as (Node & { readonly end: number }) | undefined;
    const isTold = callee !== undefined && FOR_OPERATORS.test(code.slice(callee.start, callee.end));
    for (const [key, child] of Object.entries(node)) visit(child, forOperators || (isTold && key === 'arguments'));
  };
  visit(parseSync(file, code).program, false);
  return found;
}

function textOf(node: Node): string | undefined {
  if (node.type === 'TemplateElement') return (node['value'] as { readonly cooked: string }).cooked;
  if (node.type !== 'Literal') return undefined;
  const regex = node['regex'] as { readonly pattern: string } | undefined;
  return regex?.pattern ?? (typeof node['value'] === 'string' ? node['value'] : undefined);
}

function wordsIn(text: string): readonly string[] {
  // Classes and escapes of patterns spell none.
  const plain = text.replaceAll(/\\[a-zA-Z](?:\{[^}]*\})?|\[[^\]]*\]/g, ' ');
  return plain.toLowerCase().match(/(?<![a-z0-9])[a-z]+(?:'[a-z]+)?/g) ?? [];
}
