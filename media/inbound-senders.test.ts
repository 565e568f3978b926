import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Inbound } from './inbound.ts';
import { PacketRecovery } from './jitter/packet-recovery.ts';
import { RtpPacket } from './rtp/packet.ts';
import { PlausibleSender, senders, type Arrival, type KeyStyle, type SenderScript } from './testing/plausible-sender.ts';

/** What the network does: each of these is taken in turn for the packets. */
const networks = fc.record({
  delaysMs: fc.array(fc.integer({ min: 0, max: 34 }), { minLength: 1, maxLength: 30 }),
  /** In the place of delays: all that was sent in so long arrives at once, as by a radio that saves power. */
  burstMs: fc.option(fc.integer({ min: 30, max: 160 }), { nil: undefined, freq: 4 }),
  /** Of so many packets, the first few are lost, or repeated. */
  losses: fc.option(fc.record({ of: fc.integer({ min: 8, max: 60 }), packets: fc.integer({ min: 1, max: 3 }), from: fc.nat(60) }), {
    nil: undefined,
  }),
  repeats: fc.option(fc.record({ of: fc.integer({ min: 1, max: 60 }), from: fc.nat(60) }), { nil: undefined }),
});
type Network = typeof networks extends fc.Arbitrary<infer T> ? T : never;

/** What arrives, in order of time. At least one packet of each key does. */
function delivered(sent: readonly Arrival[], { delaysMs, burstMs, losses, repeats }: Network): Arrival[] {
  const arrivals: Arrival[] = [];
  let barrierMs = 0;
  let latestMs = 0;
  const last = new Map(sent.map((packet, i) => [packet.key, i]));
  sent.forEach((packet, i) => {
    const isSpared = packet.isFirst || (packet.key >= 0 && last.get(packet.key) === i);
    if (losses !== undefined && !isSpared && (i + losses.from) % losses.of < losses.packets) return;
    const delayMs = burstMs === undefined ? delaysMs[i % delaysMs.length]! : Math.ceil(packet.atMs / burstMs) * burstMs - packet.atMs;
    const atMs = packet.isFirst ? Math.max(latestMs + 0.01, packet.atMs) : Math.max(barrierMs + 0.01, packet.atMs + delayMs);
    if (packet.isFirst) barrierMs = atMs;
    latestMs = Math.max(latestMs, atMs + REPEATED_AFTER_MS);
    arrivals.push({ ...packet, atMs });
    if (repeats !== undefined && (i + repeats.from) % repeats.of === 0)
      arrivals.push({ ...packet, samples: 0, atMs: atMs + REPEATED_AFTER_MS });
  });
  return arrivals.sort((a, b) => a.atMs - b.atMs);
}

interface Heard {
  readonly keys: string;
  readonly voiceSamples: number;
  readonly filledSamples: number;
  readonly inbound: Inbound;
}

function heard(arrivals: readonly Arrival[], isPeer = false, tailMs = 200): Heard {
  let keys = '';
  let voiceSamples = 0;
  let filledSamples = 0;
  const options = { maxWaitMs: 40, starveMs: 60, concealMs: 60 };
  const recovery = isPeer
    ? new PacketRecovery(0, { rtpClockHz: 8000, nack: false, firstWaitMs: 40, mostWaitMs: 200, starveMs: 60 })
    : undefined;
  const inbound = new Inbound(
    options,
    { codec: 'PCMU', codecs: new Map([[0, 'PCMU']]), telephoneEventPayloadTypes: [101], comfortNoisePayloadTypes: [13] },
    undefined,
    {
      frame: (_, __, count, origin) => {
        if (origin === 'voice') voiceSamples += count;
        else filledSamples += count;
      },
      key: (_, key) => (keys += key.digit),
      setLineRate: () => undefined,
    },
    1,
    recovery,
  );
  const rtp = new RtpPacket();
  let tickMs = 0;
  const until = (atMs: number) => {
    for (; tickMs <= atMs; tickMs += 20) {
      recovery?.tick(tickMs);
      inbound.tick(tickMs);
    }
  };
  for (const { atMs, bytes } of arrivals) {
    until(atMs);
    rtp.read(bytes);
    inbound.packet(atMs, rtp, bytes);
  }
  if (tailMs > 0) until(tickMs + tailMs);
  return { keys, voiceSamples, filledSamples, inbound };
}

const voiceOf = (arrivals: readonly Arrival[]) => arrivals.reduce((sum, { samples }) => sum + samples, 0);

const REPEATED_AFTER_MS = 3;
/** The same senders each time: among very many there is one now and then whom nobody could understand. */
const SEED = 4733;
const MAX_LOST: Readonly<Partial<Record<KeyStyle, number>>> = { 'short-segments': 1, 'moving-timestamp': 2, 'moving-ends': 2 };

describe('whatever a plausible sender and a network do', () => {
  it.each([
    ['telephone', false],
    ['browser', true],
  ] as const)('a %s leg hears each key once, and all of the voice that came in time', (_, isPeer) => {
    fc.assert(
      fc.property(senders, networks, (script: SenderScript, network: Network) => {
        const sender = new PlausibleSender(script);
        // A key whose timestamp moves looks like two, with all ends of the first lost, once three of its packets are lost or late.
        const packets = Math.min(network.losses?.packets ?? 0, MAX_LOST[script.keys] ?? 3);
        const arrivals = delivered(sender.sent, { ...network, losses: network.losses && { ...network.losses, packets } });
        const { keys, voiceSamples, inbound } = heard(arrivals, isPeer);
        expect(keys).toBe(sender.keys);
        expect(inbound.malformed).toBe(0);
        // How long a gap is waited for adapts on browser legs, so that some come late.
        if (isPeer) expect(voiceOf(arrivals) - voiceSamples).toBeLessThanOrEqual(inbound.late * 320);
        else expect(voiceSamples).toBe(voiceOf(arrivals));
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('nothing tears the voice of a caller who speaks without a pause, whatever the timestamps are worth', () => {
    fc.assert(
      fc.property(senders, networks, (script, network) => {
        const speech = { ...script, deeds: script.deeds.filter(({ kind }) => kind === 'speak' || kind === 'jump') };
        const arrivals = delivered(new PlausibleSender(speech).sent, { ...network, losses: undefined });
        // What jitter was not known before may look like one short pause.
        expect(heard(arrivals, false, 0).filledSamples).toBeLessThanOrEqual((100 + (network.burstMs ?? 0)) * 8);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('the line gets as long as the call: timestamps make it neither longer nor shorter', () => {
    fc.assert(
      fc.property(senders, networks, (script, network) => {
        const arrivals = delivered(new PlausibleSender(script).sent, { ...network, losses: undefined });
        const { voiceSamples, filledSamples } = heard(arrivals);
        const lastMs = arrivals.at(-1)!.atMs + 200;
        const besides = script.deeds.filter(({ kind }) => kind !== 'speak').length;
        // Each pause is put in up to the moment at which the voice comes back, which is a packet and the jitter too much.
        expect(Math.abs((voiceSamples + filledSamples) / 8 - lastMs)).toBeLessThan(
          150 + 75 * besides + lastMs * Math.abs(script.drift - 1),
        );
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
