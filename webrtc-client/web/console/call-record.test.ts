import { describe, expect, it } from 'vitest';
import { fileName, levelColumns, MessageLog } from './call-record.ts';
import { standaloneSvg } from './standalone-svg.ts';

describe('MessageLog', () => {
  it('lets partial texts go first, and counts them', () => {
    const log = new MessageLog(3);
    log.add({ kind: 'caller-partial', atMs: 1, text: 'a' });
    for (const atMs of [2, 3, 4, 5]) log.add({ kind: 'dtmf', atMs, digit: '1' });
    expect(log.messages.map((message) => 'atMs' in message && message.atMs)).toEqual([3, 4, 5]);
    expect(log.dropped).toBe(2);
  });
});

describe('levelColumns', () => {
  it('writes only numbers that JSON knows', () => {
    const columns = levelColumns([{ atMs: 50.4, callerDbov: -23.456, botDbov: -Infinity }], 50);
    expect(columns).toEqual({ stepMs: 50, atMs: [50], callerDbov: [-23.5], botDbov: [-127] });
  });
});

describe('fileName', () => {
  it('sorts by time and suits every file system', () => {
    expect(fileName(new Date('2026-11-22T14:30:05.123Z'), 'svg')).toBe('parley-20261122-143005.svg');
  });
});

describe('standaloneSvg', () => {
  const options = {
    colours: { '--bot': 'rgb(1, 2, 3)' },
    background: '#fff',
    ink: '#111',
    heading: 'A <call> & "more"',
    widthPx: 100,
    heightPx: 50,
  };

  it('needs nothing of the page any more', () => {
    const svg = standaloneSvg('<svg xmlns="http://www.w3.org/2000/svg"><path fill="var(--bot)" stroke="currentColor"/></svg>', options);
    expect(svg).toContain('<path fill="rgb(1, 2, 3)" stroke="#111"/>');
    expect(svg).not.toMatch(/var\(|currentColor/);
  });

  it('lets no heading break out of its element', () => {
    expect(standaloneSvg('<svg/>', options)).toContain('<title>A &lt;call&gt; &amp; &quot;more&quot;</title>');
  });
});
