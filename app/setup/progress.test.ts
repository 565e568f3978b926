import { describe, expect, it } from 'vitest';
import { fetchProgress } from './models.ts';
import { countRequirements, pipProgress } from './python.ts';
import type { StepProgress } from './step.ts';
import { aptProgress } from './system-packages.ts';
import { durationText, progressLine } from './terminal.ts';

function shownBy(make: (report: (progress: StepProgress) => void) => (line: string) => void, ...lines: string[]): string[] {
  const shown: string[] = [];
  const onLine = make((progress) => shown.push(progressLine(progress)));
  for (const line of lines) onLine(line);
  return shown;
}

describe('what a person sees while packages come', () => {
  it("follows pip's raw progress", () => {
    const lines = [
      'Collecting av==17.1.0 (from -r x.txt (line 1))',
      'Progress 5000000 of 10000000',
      'Requirement already satisfied: zod',
      'Installing collected packages: av, zod',
    ];
    expect(shownBy((report) => pipProgress(report, 4), ...lines)).toEqual([
      '[######..................]  25 %  1 of 4  av',
      '[######..................]  25 %  1 of 4  av, 5.0 of 10.0 MB',
      '[############............]  50 %  2 of 4  zod',
      'unpacking 2 packages; a minute or so',
    ]);
  });

  it('counts a package once although it is pinned for several Pythons', () => {
    expect(
      countRequirements("a==1 ; python_version < '3.11' \\\n    --hash=sha256:0\na==2 ; python_version >= '3.11'\nb.c-d==3\n    # via a\n"),
    ).toBe(2);
  });

  it("follows apt-get's status", () => {
    expect(
      shownBy(
        aptProgress,
        'dlstatus:3:50.0:Retrieving file 3 of 20',
        'pmstatus:libc6:amd64:50.0:x',
        'pmstatus:sox:50.0000:Installing sox',
        'nonsense',
      ),
    ).toEqual(['[######..................]  25 %  Retrieving file 3 of 20', '[##################......]  75 %  Installing sox']);
  });

  it('adds up the parts of the models and keeps what failed', () => {
    const part = (id: string, packageName: string) => ({ id, title: id, packages: [{ name: packageName, bytes: 1e6 }], files: [] });
    const failures: string[] = [];
    const line = (step: string, status: string, bytes: number, message?: string): string =>
      JSON.stringify({ step, title: step, status, bytes, totalBytes: 1e6, message });
    const lines = [
      line('stt', 'downloading', 5e5),
      line('stt', 'done', 1e6),
      'not json',
      line('other', 'done', 9e9),
      line('tts', 'failed', 0, 'no network'),
    ];
    const shown = shownBy((report) => fetchProgress(report, [part('stt', 'a'), part('tts', 'b')], failures), ...lines);
    expect(shown).toEqual([
      '[######..................]  25 %  0.5 MB of 2.0 MB  stt',
      '[############............]  50 %  1.0 MB of 2.0 MB  stt, done',
      '[############............]  50 %  1.0 MB of 2.0 MB  tts, failed',
    ]);
    expect(failures).toEqual(['tts: no network']);
  });

  it('says durations as people do', () => {
    expect([400, 42_000, 240_000].map(durationText)).toEqual(['0.4 s', '42 s', '4 min']);
  });
});
