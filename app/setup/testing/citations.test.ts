import { describe, expect, it } from 'vitest';
import { citationFaults } from './citations.ts';

const TRACKED = [
  'README.md',
  'docs/style.md',
  'docs/decisions/2026-11-22-lint.md',
  'media/rtp/packet.ts',
  'media/options.ts',
  'config/personas/bot.yaml',
];

const faults = (path: string, ...lines: readonly string[]) => citationFaults([{ path, lines }], TRACKED);

describe('what cites a file that there is', () => {
  it.each([
    ['a link', 'See [the guide](style.md), [its rule](style.md#rules) and [this](#here).'],
    ['a link upwards', '[start](../README.md)'],
    ['a link to a folder', '[decisions](decisions/)'],
    ['a link to another host', '[RFC](https://www.rfc-editor.org/rfc/rfc3261)'],
    ['a path by its end', 'from `rtp/packet.ts` to `options.ts`'],
    ['a whole path', 'config/personas/bot.yaml and `media/rtp/packet.ts`'],
    ['a file that a reader writes', '`NAME.yaml`, `my.py`, config/personas/NAME.yaml'],
    ['what is made on the machine', '`data/actions/bookings.md`, `webrtc-client/dist/voice-call.mjs`'],
    ['a host with a file', 'https://example.net/docs/style-of-theirs.md'],
  ])('%s', (_what, line) => {
    expect(faults('docs/architecture.md', line)).toEqual([]);
  });
});

describe('what cites a file that is gone', () => {
  it('a reader followed a link to nothing', () => {
    expect(faults('docs/architecture.md', 'x', '[old](old-style.md)')).toEqual(['docs/architecture.md:2: old-style.md does not exist']);
    expect(faults('docs/architecture.md', '[here](../docs/gone/)')).toEqual(['docs/architecture.md:1: ../docs/gone/ does not exist']);
  });

  it.each([
    ['`rtp/packets.ts`', 'rtp/packets.ts'],
    ['`media-facts.md` has it', 'media-facts.md'],
    ['// As media/rtp/parse.ts has it.', 'media/rtp/parse.ts'],
    ['# bench/tone/lines.yaml', 'bench/tone/lines.yaml'],
    ['`packet.ts` and `acket.ts`', 'acket.ts'],
  ])('%s', (line, cited) => {
    expect(faults('app/a.ts', line)).toEqual([`app/a.ts:1: ${cited} does not exist`]);
  });

  it('links are for Markdown alone: [a](b) is code elsewhere', () => {
    expect(faults('app/a.ts', 'call[name](other)')).toEqual([]);
  });
});
