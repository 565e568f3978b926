import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLineCodec, type LineCodec } from '#callers/peer/io/line-codec';
import { CODECS } from '#media';
import type { SipText } from '#callers/io/test-phone';
import { pause, until, type FieldPhone } from './field-phone.ts';
import { startFieldStack, type FieldStack } from './field-stack.ts';

let stack: FieldStack;
let opus: LineCodec;
beforeAll(async () => {
  stack = await startFieldStack();
  opus = await createLineCodec('opus', 0);
});
afterAll(async () => {
  await stack.close();
  expect(stack.errors).toEqual([]);
});

/** 20 ms of 1 kHz, which detection hears, and of 6 kHz, which only a wide line carries. */
function sound(i: number, rateHz: number): Int16Array {
  const count = rateHz / 50;
  return Int16Array.from({ length: count }, (_, k) => {
    const t = (i * count + k) / rateHz;
    return Math.round(6000 * Math.sin(2 * Math.PI * 1000 * t) + 6000 * Math.sin(2 * Math.PI * 6000 * t));
  });
}

interface Talker {
  readonly ticks: number;
  next(i: number): Uint8Array;
}

function g722(): Talker {
  const stream = { head: () => undefined, skip: () => undefined } as never;
  const sender = CODECS.G722.createSender({
    stream,
    payloadType: 9,
    comfortNoisePayloadType: undefined,
    parameters: {},
    opus: undefined,
    opusOptions: { bitrateBps: 32_000, complexity: 5 },
  });
  return { ticks: 160, next: (i) => sender.voice(sound(i, 16_000), 320)!.slice(12) };
}

function g711(): Talker {
  return { ticks: 160, next: () => Uint8Array.from({ length: 160 }, (_, i) => (i % 16 < 8 ? 0x9f : 0x1f)) };
}

function overOpus(): Talker {
  return { ticks: 960, next: (i) => opus.encode(sound(i, 16_000)) };
}

async function speak(phone: FieldPhone, answer: SipText, payloadType: number, talker: Talker, packets = 50): Promise<void> {
  for (let i = 0; i < packets; i += 1) {
    await phone.rtp(answer.body, [{ payloadType, payload: talker.next(i), ticks: talker.ticks }]);
    await pause(18);
  }
}

function heard(phone: FieldPhone): Int16Array {
  return Int16Array.from(stack.heard(phone).events.flatMap((event) => (event.kind === 'caller-audio' ? [...event.pcm] : [])));
}

/** Amplitude at `hz` of what recognition got, 16 kHz, without its first 300 ms. */
function amplitude(pcm: Int16Array, hz: number): number {
  let [re, im] = [0, 0];
  const from = 4800;
  for (let i = from; i < pcm.length; i += 1) {
    re += pcm[i]! * Math.cos((2 * Math.PI * hz * i) / 16_000);
    im += pcm[i]! * Math.sin((2 * Math.PI * hz * i) / 16_000);
  }
  return (2 * Math.hypot(re, im)) / (pcm.length - from);
}

async function answered(...lines: readonly string[]): Promise<{ phone: FieldPhone; ok: SipText }> {
  const phone = await stack.phone();
  const ok = await phone.invite({ body: phone.sdp(...lines) });
  expect(ok.status).toBe(200);
  await until('answered', () => stack.calls.some(({ sipCallId }) => sipCallId === phone.callId));
  return { phone, ok };
}

async function hangUp(phone: FieldPhone): Promise<void> {
  expect((await phone.ask('BYE')).status).toBe(200);
  await until('the last count', () => stack.heard(phone).ended !== undefined);
  const stats = stack.heard(phone).events.findLast((event) => event.kind === 'media-stats');
  expect(stats).toMatchObject({ stats: { packetsMalformed: 0 } });
}

const OPUS = ['m=audio PORT RTP/AVP 96 97', 'a=rtpmap:96 opus/48000/2', 'a=fmtp:96 useinbandfec=1', 'a=rtpmap:97 telephone-event/48000'];

describe('a telephone that has only a wide codec was refused with 488', () => {
  it.each([
    ['G.722', ['m=audio PORT RTP/AVP 9'], 9, () => g722()],
    ['Opus', OPUS, 96, () => overOpus()],
  ] as const)('%s is heard in full width, and the bot answers by it', async (_, lines, payloadType, talker) => {
    const { phone, ok } = await answered(...lines);
    await speak(phone, ok, payloadType, talker());
    await until('heard', () => heard(phone).length > 9600);
    expect(amplitude(heard(phone), 1000)).toBeGreaterThan(4000);
    expect(amplitude(heard(phone), 6000)).toBeGreaterThan(4000);
    await until('the bot is sending', () => phone.heardTypes.includes(payloadType));
    expect(new Set(phone.heardTypes)).toEqual(new Set([payloadType]));
    await hangUp(phone);
  });

  it('keys at the clock of Opus are understood', async () => {
    const { phone, ok } = await answered(...OPUS);
    await speak(phone, ok, 96, overOpus(), 10);
    await phone.key(ok.body, 97, '7');
    await until('the key', () => stack.heard(phone).events.some((event) => event.kind === 'dtmf'));
    expect(stack.heard(phone).events.find((event) => event.kind === 'dtmf')).toMatchObject({ digit: '7' });
    await hangUp(phone);
  });
});

it('a re-INVITE changes to a wide codec, to one of another clock, and back: the caller is heard through all of it', async () => {
  const { phone, ok } = await answered('m=audio PORT RTP/AVP 0');
  await speak(phone, ok, 0, g711(), 25);
  for (const [lines, payloadType, talker] of [
    [['m=audio PORT RTP/AVP 9'], 9, g722()],
    [OPUS, 96, overOpus()],
    [['m=audio PORT RTP/AVP 0'], 0, g711()],
  ] as const) {
    const before = heard(phone).length;
    const again = await phone.invite({ body: phone.sdp(...lines) });
    expect(again.status).toBe(200);
    await speak(phone, again, payloadType, talker, 30);
    await until('heard again', () => heard(phone).length > before + 6400);
    expect(phone.heardTypes.at(-1)).toBe(payloadType);
  }
  expect(stack.heard(phone).events.filter((event) => event.kind === 'uplink-dropped')).toEqual([]);
  await hangUp(phone);
});
