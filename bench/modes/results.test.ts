import { describe, expect, it } from 'vitest';
import { parseModesOptions, type Mode } from './options.ts';
import { modesPicture } from './picture.ts';
import { modesCsv, modesTable, rowOf, shares, type ModeRow } from './results.ts';

function row(mode: Mode, level: number, firstAudioMs: number, failures: readonly string[] = []): ModeRow {
  const turns = [0, 10, 20].map((more) => ({
    firstAudioMs: firstAudioMs + more,
    firstAudioFromUploadMs: firstAudioMs - 800,
    completeMs: firstAudioMs + 1000,
  }));
  return rowOf({ mode, level, turns, failures, wallMs: 6000, memoryMb: 1200, gpuMemoryMb: undefined }, 'test, "one"');
}
const rows = [
  row('sequential', 1, 2400),
  row('queued', 1, 2000),
  row('streaming', 1, 500),
  row('sequential', 10, 9000, ['late']),
  row('streaming', 10, 900),
];

describe('the three generations beside each other', () => {
  it('a row has medians, both clocks, failures and replies a second', () => {
    expect(rows[3]).toMatchObject({
      mode: 'sequential',
      level: 10,
      turns: 4,
      failed: 1,
      requestsPerSecond: 0.5,
      ttfaMs: { n: 3, p50: 9010, p95: 9020 },
      ttfaFromUploadMs: { p50: 8200 },
    });
  });

  it('streaming is compared with both others at the lowest level', () => {
    expect(shares(rows)).toEqual({ streamingOfSequential: 0.21, streamingOfQueued: 0.25 });
    expect(shares(rows.filter(({ mode }) => mode !== 'streaming'))).toEqual({});
  });

  it('table and CSV have the same rows; what nobody has is left out of the table', () => {
    expect(modesTable(rows).split('\n')).toHaveLength(6);
    expect(modesTable(rows)).not.toContain('GPU');
    expect(modesCsv(rows).split('\n')[1]).toMatch(/^"test, ""one""",sequential,1,3,0,2410,2420,/);
  });

  it('the picture has a bar for each row and panel', () => {
    const svg = modesPicture(rows);
    expect(svg.match(/<rect x="\d+" y="[\d.]+" width="34"/g)).toHaveLength(2 * rows.length);
    expect(svg).not.toContain('NaN');
    expect(
      modesPicture([rowOf({ mode: 'queued', level: 1, turns: [], failures: ['x'], wallMs: 1, memoryMb: 0, gpuMemoryMb: undefined }, '')]),
    ).not.toContain('NaN');
  });
});

describe('options', () => {
  it('have the levels and modes of the original by default', () => {
    expect(parseModesOptions([])).toMatchObject({
      levels: [1, 5, 10],
      modes: ['sequential', 'queued', 'streaming'],
      turns: 5,
      engine: 'auto',
    });
    expect(parseModesOptions(['--levels', '2, 2,4', '--mode', 'streaming'])).toMatchObject({ levels: [2, 4], modes: ['streaming'] });
  });

  it.each([
    [['--mode', 'v1'], /--mode "v1"/],
    [['--levels', '0'], /--levels "0"/],
    [['--turns', '1.5'], /--turns "1.5"/],
    [['--engine', 'x'], /--engine "x"/],
  ] as const)('%j is refused by name', (args, message) => {
    expect(() => parseModesOptions(args)).toThrow(message);
  });
});
