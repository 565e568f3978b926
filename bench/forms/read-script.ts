import { parse } from 'yaml';
import * as z from 'zod';
import { scriptSchema, type CallerScript } from './script.ts';

/** What a script's file holds beside what the caller does. */
export interface FileScript extends CallerScript {
  readonly title: string;
}

/** A script from the text of its file `NAME.yaml`. Throws an `Error` that names the file, the key and what would be right. */
export function readScript(text: string, file: string, defaultVoice: string): FileScript {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new Error(`${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const parsed = scriptSchema.safeParse(content);
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  const { title, form, voice = defaultVoice, steps, expected, outcome } = parsed.data;
  const name = file.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
  return { name, title, kind: 'script', form, voice, steps, expected, outcome, leastTurns: leastTurns(steps) };
}

/** A second answer to the same question is for when the first did not do, and no choice is asked for where all goes well. */
function leastTurns(all: FileScript['steps']): number {
  const steps = all.filter(({ asked }) => asked !== 'which' && asked !== 'wrong');
  const keys = steps.flatMap(({ asked }) => (asked === undefined ? [] : [asked]));
  return new Set(keys).size + steps.length - keys.length;
}
