import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { apiToken } from './api-token.ts';
import { serverCertificate } from './https/certificate.ts';
import { makePrivateFile, mendModes } from './private-files.ts';
import { privatePlaces } from './private-places.ts';
import { noteRunning, runningFile } from './running-file.ts';
import { SqliteCallStore } from './store/sqlite.ts';
import { SHORT_CALL } from './testing/events.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'parley-private-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string): string => (lstatSync(path).mode & 0o777).toString(8);

/** Whatever others could read, with its mode. */
function readableByOthers(path: string): readonly string[] {
  const here = (lstatSync(path).mode & 0o077) === 0 ? [] : [`${path} ${modeOf(path)}`];
  return lstatSync(path).isDirectory() ? [...here, ...readdirSync(path).flatMap((name) => readableByOthers(join(path, name)))] : here;
}

// Every user of the machine could read in data/calls.sqlite and its WAL what callers had said.
describe('what is written into data/', () => {
  it('is for this user alone, whatever the umask is', async () => {
    const data = join(folder, 'data');
    const store = new SqliteCallStore(join(data, 'calls.sqlite'));
    for (const event of SHORT_CALL) store.append(event, event.atMs);
    apiToken(join(data, 'api-token'), undefined);
    noteRunning(runningFile(join(data, 'api-token')), { pid: 1, sip: '', user: 'bot', httpUrl: '', sttUrl: '', ttsUrl: '' });
    await serverCertificate({ enabled: true, port: 0, directory: join(data, 'https'), hostnames: [] }, ['localhost'], Date.now());
    expect(readdirSync(data).sort()).toEqual([
      'api-token',
      'calls.sqlite',
      'calls.sqlite-shm',
      'calls.sqlite-wal',
      'https',
      'running.json',
    ]);
    expect(readableByOthers(data)).toEqual([]);
    store.close();
  });

  it('that an earlier version left open is closed, and what is not ours stays as it is', () => {
    const places = privatePlaces(
      {
        http: { tokenFile: join(folder, 'shared', 'token'), https: { directory: join(folder, 'https') } },
        store: { path: join(folder, 'shared', 'calls.sqlite') },
        actions: { dataDir: join(folder, 'actions') },
      },
      { root: folder, cacheDir: join(folder, 'cache') },
    );
    const old = [
      'data/calls/a.wav',
      'data/actions/meeting-room.sqlite',
      'https/key.pem',
      'actions/x.sqlite-wal',
      'shared/calls.sqlite',
      'shared/calls.sqlite-wal',
      'shared/token',
      'shared/running.json',
      'cache/phrases/a.pcm',
      'cache/tts/b.pcm',
      'cache/vectors.json',
    ];
    const others = ['shared/other.txt', 'https/operators-own.pem', 'cache/models/m.onnx', 'outside/file'];
    for (const name of [...old, ...others]) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), 'x');
      chmodSync(join(folder, name), 0o644);
    }
    symlinkSync(join(folder, 'outside'), join(folder, 'data', 'link'));
    expect(mendModes(places)).toEqual([]);
    for (const name of old) expect([name, modeOf(join(folder, name))]).toEqual([name, '600']);
    for (const name of ['data', 'data/calls', 'actions', 'cache/phrases'])
      expect([name, modeOf(join(folder, name))]).toEqual([name, '700']);
    for (const name of others) expect([name, modeOf(join(folder, name))]).toEqual([name, '644']);
    expect(['shared', 'https', 'cache', 'outside'].map((name) => modeOf(join(folder, name)))).toEqual(['755', '755', '755', '755']);
  });

  it('may lie behind a link of the operator', () => {
    mkdirSync(join(folder, 'disk'));
    writeFileSync(join(folder, 'disk', 'calls.sqlite'), '');
    chmodSync(join(folder, 'disk', 'calls.sqlite'), 0o644);
    symlinkSync(join(folder, 'disk'), join(folder, 'data'));
    expect(mendModes({ folders: [join(folder, 'data'), join(folder, 'none')], files: [] })).toEqual([]);
    expect([modeOf(join(folder, 'disk')), modeOf(join(folder, 'disk', 'calls.sqlite'))]).toEqual(['700', '600']);
  });

  it('is made in private folders, and leaves those that are there as they are', () => {
    mkdirSync(join(folder, 'there'));
    chmodSync(join(folder, 'there'), 0o755);
    makePrivateFile(join(folder, 'there', 'new', 'calls.sqlite'));
    expect([
      modeOf(join(folder, 'there')),
      modeOf(join(folder, 'there', 'new')),
      existsSync(join(folder, 'there', 'new', 'calls.sqlite')),
    ]).toEqual(['755', '700', true]);
  });
});
