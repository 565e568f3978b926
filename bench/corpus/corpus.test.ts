import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { silentProgress } from '#bench/progress';
import { makeCorpora, plannedFiles, soundFolder } from './corpus.ts';

const NOBODY = { sttUrl: 'ws://127.0.0.1:9/ws/stt', ttsUrl: 'http://127.0.0.1:9' };

it('a corpus is named, any other folder is itself', () => {
  expect(soundFolder('questions')).toMatch(/bench[/\\]corpus[/\\]out[/\\]questions$/);
  expect(soundFolder('my/recordings')).toBe('my/recordings');
  expect(soundFolder('toString')).toBe('toString');
});

it('lines are spoken in turn by several voices, under names that tell them apart', () => {
  const files = plannedFiles(['What does breakfast cost, all in all, per person?', "It's 5 o'clock."]);
  expect(files.map(({ file }) => file)).toEqual(['01-what-does-breakfast-cost-all.wav', '02-it-s-5-o-clock.wav']);
  expect(files[0]?.voice).not.toBe(files[1]?.voice);
});

it('nothing is made in folders of somebody else, and nobody is asked to speak for them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sounds-'));
  await makeCorpora([join(folder, 'questions'), folder], NOBODY, silentProgress);
  expect(existsSync(join(folder, 'questions'))).toBe(false);
  rmSync(folder, { recursive: true });
});
