import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forgetRunning, noteRunning, readRunning, runningFile, type Running } from './running-file.ts';

const RUNNING: Running = {
  pid: process.pid,
  user: 'bot',
  sip: '127.0.0.1:5060',
  httpUrl: 'http://127.0.0.1:3000',
  sttUrl: 'ws://127.0.0.1:7003/ws/stt',
  ttsUrl: 'http://127.0.0.1:7002',
};
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-running-'));
  path = runningFile(join(folder, 'api-token'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('says where the app runs, for as long as its process lives', () => {
  noteRunning(path, RUNNING);
  expect(readRunning(path)).toEqual(RUNNING);
  expect(readRunning(path, () => false)).toBeUndefined();
});

test('no file and a broken file both mean that none runs', () => {
  expect(readRunning(path)).toBeUndefined();
  for (const text of ['', 'null', '{', '[]', '{"pid":"x"}']) {
    writeFileSync(path, text);
    expect(readRunning(path)).toBeUndefined();
  }
});

test('only its own file is removed', () => {
  noteRunning(path, RUNNING);
  forgetRunning(path, process.pid + 1);
  expect(readdirSync(folder)).toHaveLength(1);
  forgetRunning(path, process.pid);
  expect(readdirSync(folder)).toHaveLength(0);
});

test('a folder that cannot be written keeps nobody from answering', () => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => noteRunning(join(folder, 'file', 'running.json'), RUNNING)).not.toThrow();
});
