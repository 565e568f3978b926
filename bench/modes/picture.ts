import type { Mode } from './options.ts';
import { MODES } from './options.ts';
import type { ModeRow } from './results.ts';

/** First audio and complete reply of each mode by number of users, as SVG: bars for the medians, lines up to p95. */
export function modesPicture(rows: readonly ModeRow[]): string {
  const levels = [...new Set(rows.map(({ level }) => level))].toSorted((a, b) => a - b);
  const modes = MODES.filter((mode) => rows.some((row) => row.mode === mode));
  const width = LEFT + levels.length * (modes.length * (BAR + GAP) + GROUP_GAP) + RIGHT;
  const panels = [
    { title: 'first audio after the last sound, ms', of: (row: ModeRow) => row.ttfaMs },
    { title: 'complete reply after the last sound, ms', of: (row: ModeRow) => row.completeMs },
  ];
  const body = panels.map(({ title, of }, index) => {
    const top = index * PANEL + TITLE;
    const highest = Math.max(1, ...rows.map((row) => of(row).p95));
    const y = (valueMs: number): number => top + HEIGHT - (valueMs / highest) * HEIGHT;
    const ticks = niceTicks(highest);
    const grid = ticks.map(
      (tick) =>
        `<line x1="${LEFT}" x2="${width - RIGHT}" y1="${round(y(tick))}" y2="${round(y(tick))}" stroke="#ccc"/><text x="${LEFT - 6}" y="${round(y(tick)) + 4}" text-anchor="end">${tick}</text>`,
    );
    const bars = levels.flatMap((level, group) =>
      modes.flatMap((mode, place) => {
        const row = rows.find((each) => each.mode === mode && each.level === level);
        if (row === undefined || of(row).n === 0) return [];
        const x = LEFT + group * (modes.length * (BAR + GAP) + GROUP_GAP) + GROUP_GAP / 2 + place * (BAR + GAP);
        const { p50, p95 } = of(row);
        const middle = x + BAR / 2;
        return [
          `<rect x="${x}" y="${round(y(p50))}" width="${BAR}" height="${round(top + HEIGHT - y(p50))}" fill="${COLOURS[mode]}"><title>${mode}, ${level} users: p50 ${Math.round(p50)}, p95 ${Math.round(p95)} ms</title></rect>`,
          `<line x1="${middle}" x2="${middle}" y1="${round(y(p50))}" y2="${round(y(p95))}" stroke="#333"/>`,
          `<text x="${middle}" y="${round(y(p95)) - 4}" text-anchor="middle" font-size="10">${Math.round(p50)}</text>`,
        ];
      }),
    );
    const names = levels.map(
      (level, group) =>
        `<text x="${LEFT + (group + 0.5) * (modes.length * (BAR + GAP) + GROUP_GAP)}" y="${top + HEIGHT + 16}" text-anchor="middle">${level} ${level === 1 ? 'user' : 'users'}</text>`,
    );
    return [`<text x="${LEFT}" y="${top - 18}" font-weight="bold">${title}</text>`, ...grid, ...bars, ...names].join('\n');
  });
  const legend = modes.map(
    (mode, at) =>
      `<rect x="${LEFT + at * 110}" y="${2 * PANEL + 4}" width="12" height="12" fill="${COLOURS[mode]}"/><text x="${LEFT + at * 110 + 18}" y="${2 * PANEL + 14}">${mode}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.max(width, LEFT + modes.length * 110)} ${2 * PANEL + 24}" font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="#fff"/>\n${[...body, ...legend].join('\n')}\n</svg>\n`;
}

function niceTicks(highest: number): readonly number[] {
  const power = 10 ** Math.floor(Math.log10(highest));
  const step = [0.2, 0.5, 1, 2].map((share) => share * power).find((each) => highest / each <= 6) ?? 2 * power;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) => Math.round(index * step));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Told apart by the colour-blind too (Okabe and Ito). */
const COLOURS: Readonly<Record<Mode, string>> = { sequential: '#d55e00', queued: '#e69f00', streaming: '#0072b2' };
const LEFT = 56;
const RIGHT = 16;
const BAR = 34;
const GAP = 6;
const GROUP_GAP = 40;
const HEIGHT = 180;
const TITLE = 44;
const PANEL = HEIGHT + TITLE + 34;
