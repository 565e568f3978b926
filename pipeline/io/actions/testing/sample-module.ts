import type { ActionModule } from '../module-types.ts';

/** What a test of loading finds beside the persona. */
export const greet: ActionModule = {
  arguments: { name: 'text', people: 'number' },
  optional: ['people'],
  run: (args, { settings }) => ({ kind: 'done', values: { said: `${String(settings['word'])} ${String(args['name'])}` } }),
};

export const notAnAction = 5;
export const withoutRun = { arguments: {} };
