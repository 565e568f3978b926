import { expect, test } from 'vitest';
import { meanSquare } from '../../speech-level.ts';
import { createLineCodec } from './line-codec.ts';

test.each(['opus', 'PCMU'] as const)('%s: what is spoken is heard as loud', async (name) => {
  const codec = await createLineCodec(name, 5);
  const size = codec.sampleRateHz / 50;
  const heard: Int16Array[] = [];
  for (let frame = 0; frame < 25; frame++) {
    const pcm = Int16Array.from({ length: size }, (_, i) =>
      Math.round(8000 * Math.sin((2 * Math.PI * 440 * (frame * size + i)) / codec.sampleRateHz)),
    );
    heard.push(codec.decode(codec.encode(pcm)));
  }
  expect(heard.every((pcm) => pcm.length === 160)).toBe(true);
  expect(meanSquare(heard.at(-1) as Int16Array) / (8000 ** 2 / 2)).toBeCloseTo(1, 0);
  codec.close();
});

test('what is not Opus does no harm', async () => {
  const codec = await createLineCodec('opus', 0);
  expect(codec.decode(new Uint8Array(0))).toHaveLength(0);
  expect(() => codec.decode(Uint8Array.of(0xff, 0xff, 0xff))).not.toThrow();
  codec.close();
});
