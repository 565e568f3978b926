import { expect, it } from 'vitest';
import { levelDbov } from '../dsp/level.ts';
import { tone } from '../dsp/test-signals.ts';
import { inboundFormat } from './leg-formats.ts';
import type { LegSpec } from '../leg-spec.ts';
import { Call, SPEC } from '../testing/telephone-call.ts';

/** We offered 0, 8 and 101; the answer names A-law as 97 and keys as 96. */
const ASYMMETRIC: Partial<LegSpec> = {
  codec: 'PCMA',
  payloadType: 97,
  telephoneEventPayloadType: 96,
  receives: [
    { payloadType: 0, encoding: 'PCMU' },
    { payloadType: 8, encoding: 'PCMA' },
    { payloadType: 101, encoding: 'telephone-event' },
  ],
};

function heardDbov(call: Call): readonly number[] {
  return call.events.filter((event) => event.kind === 'caller-audio').map(({ pcm }) => Math.round(levelDbov(pcm, 0, pcm.length)));
}

it('a caller who changes between the laws from packet to packet is heard as one voice, at its level', () => {
  const call = new Call(ASYMMETRIC);
  call.run(200);
  const voice = tone(300, 8000, 8000);
  for (let i = 0; i < 50; i += 1) {
    const law = i % 2 === 0 ? 'PCMU' : 'PCMA';
    call.packet(voice.subarray(i * 160, i * 160 + 160), 4000, i % 3 === 0 && law === 'PCMA' ? 97 : law === 'PCMU' ? 0 : 8, law);
    call.nowMs += 20;
    call.core.tick(call.nowMs, call.nowMs);
  }
  expect(call.core.stats()).toMatchObject({ packetsMalformed: 0, framesConcealed: 0 });
  // The first ones hold the silence before the voice.
  const levels = heardDbov(call).slice(6);
  expect(levels.length).toBeGreaterThan(5);
  for (const level of levels) expect(level).toBe(-13);
});

it.each([101, 96])('a key by payload type %i counts, and is sent by the one that the far side named', (payloadType) => {
  const call = new Call(ASYMMETRIC);
  call.run(100);
  call.key('7', 800, true, payloadType);
  expect(call.first('dtmf')).toMatchObject({ digit: '7', durationMs: 100 });
});

it('what comes by a number that was never agreed on is counted and not heard', () => {
  const call = new Call(ASYMMETRIC);
  call.run(100);
  call.packet(tone(300, 8000, 160), 4000, 98);
  expect(call.core.stats().packetsMalformed).toBe(1);
});

it('a new agreement ends the old one', () => {
  const call = new Call(ASYMMETRIC);
  call.run(100);
  call.core.update(call.nowMs, { codec: 'PCMU', payloadType: 0, ptimeMs: 20 });
  call.key('7', 800, true, 101);
  expect(call.kinds()).not.toContain('dtmf');
});

it('a number that has one meaning to send and another to receive keeps both', () => {
  const spec: LegSpec = {
    ...SPEC,
    payloadType: 101,
    codec: 'PCMA',
    telephoneEventPayloadType: 96,
    receives: [{ payloadType: 101, encoding: 'telephone-event' }],
  };
  expect(inboundFormat(spec)).toMatchObject({ codecs: new Map(), telephoneEventPayloadTypes: [101, 96] });
});
