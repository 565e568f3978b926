import { describe, expect, it } from 'vitest';
import { moduleAction } from '../../dialogue/actions/testing/declared.ts';
import { loadActionModule } from './load-module.ts';

const DIRECTORY = import.meta.dirname;
const load = (more: object, args: Parameters<typeof moduleAction>[1] = { name: 'text' }) =>
  loadActionModule(DIRECTORY, moduleAction({ name: 'greet', file: 'testing/sample-module.ts', export: 'greet', ...more }, args));

async function faults(more: object, args?: Parameters<typeof moduleAction>[1]): Promise<readonly string[]> {
  const loaded = await load(more, args);
  return 'faults' in loaded ? loaded.faults : [];
}

describe('loadActionModule', () => {
  it('loads what fits', async () => {
    expect(await faults({})).toEqual([]);
    expect(await faults({}, { name: 'text', people: 'number' })).toEqual([]);
  });

  it.each<[string, object, Parameters<typeof moduleAction>[1], string]>([
    ['no file', { file: 'testing/gone.ts' }, {}, `testing/gone.ts: there is no such file in ${DIRECTORY}`],
    ['no export', { export: 'meet' }, {}, 'testing/sample-module.ts: exports no "meet"; it exports greet, notAnAction, withoutRun'],
    [
      'no object',
      { export: 'notAnAction' },
      {},
      'testing/sample-module.ts: "notAnAction" must be an object { arguments: { name: type }, run(args, context, signal) }, and is a number',
    ],
    [
      'no function',
      { export: 'withoutRun' },
      {},
      'testing/sample-module.ts: "withoutRun" must be an object { arguments: { name: type }, run(args, context, signal) }: it has no function "run"',
    ],
    [
      'an argument missing',
      {},
      {},
      'testing/sample-module.ts: "greet" needs the argument "name" (text), which action "greet" does not have',
    ],
    [
      'an argument that may be missing',
      {},
      { name: 'optional' },
      'testing/sample-module.ts: "greet" needs the argument "name", which is optional in action "greet"',
    ],
    [
      'an argument of another type',
      {},
      { name: 'number' },
      'testing/sample-module.ts: "greet" takes "name" as text, but action "greet" has it as number',
    ],
    [
      'an argument too many',
      {},
      { name: 'text', age: 'number' },
      'testing/sample-module.ts: "greet" does not take "age", which action "greet" gives it',
    ],
  ])('tells of %s', async (_what, more, args, fault) => {
    expect(await faults(more, args)).toContain(fault);
  });
});
