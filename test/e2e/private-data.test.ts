import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Caller } from '#callers/io/caller';
import { app, until, uri } from './support/shared-app.ts';

/** Whatever others could read, with its mode. */
function readableByOthers(path: string): readonly string[] {
  const { mode } = lstatSync(path);
  const here = (mode & 0o077) === 0 ? [] : [`${path} ${(mode & 0o777).toString(8)}`];
  return lstatSync(path).isDirectory() ? [...here, ...readdirSync(path).flatMap((name) => readableByOthers(join(path, name)))] : here;
}

// Every user of the machine could read what callers had said, and the bookings.
test('after a call all that the app wrote is for its own user alone', async () => {
  const caller = await Caller.dial(uri('bot'));
  await caller.hearBot(1000);
  await caller.hangUp();
  await until('the call is in the records', 5000, () => readdirSync(app.dataDir).includes('calls.sqlite-wal'));
  expect(readdirSync(app.dataDir).sort()).toEqual(expect.arrayContaining(['actions', 'calls.sqlite', 'calls.sqlite-wal', 'running.json']));
  expect(readableByOthers(app.dataDir)).toEqual([]);
});
