import { z } from 'zod';

const milliseconds = (low: number, high: number) => z.number().min(low).max(high);

const portsOptions = z
  .strictObject({
    first: z
      .int()
      .min(0)
      .max(65534)
      .default(20000)
      .describe('First RTP port; even. RTCP takes the odd port after it. 0: any pair that the system gives.'),
    last: z.int().min(0).max(65535).default(29999).describe('Last port of the range, inclusive. A call needs two ports.'),
    drainMs: milliseconds(0, 120_000)
      .default(5_000)
      .describe('How long a released pair rests, so that late packets of the old call reach nobody. Milliseconds.'),
  })
  .prefault({});

const latchOptions = z
  .strictObject({
    unnamed: z
      .enum(['when-silent', 'never'])
      .default('when-silent')
      .describe(
        'Addresses that neither SDP nor signalling names. when-silent: may become the source of a call while those that are named send nothing, which callers behind some proxies need. never: are refused.',
      ),
    preferMs: milliseconds(0, 10_000)
      .default(1_000)
      .describe('How long only the addresses that SDP and signalling name may become the source of a call. Milliseconds.'),
    strangerPackets: z
      .int()
      .min(1)
      .max(100)
      .default(5)
      .describe(
        'Packets in a row that an address named by nobody must send before it may become the source, once preferMs has passed. Whoever is named takes its place at once.',
      ),
    rebindAfterMs: milliseconds(100, 30_000)
      .default(500)
      .describe('How long the locked source must be silent before the same stream (SSRC) may go on from another address. Milliseconds.'),
  })
  .prefault({});

const jitterOptions = z
  .strictObject({
    maxWaitMs: milliseconds(0, 200)
      .default(40)
      .describe('How long a gap in the sequence is waited for before it is declared lost. Milliseconds.'),
    starveMs: milliseconds(20, 500)
      .default(60)
      .describe('After so long without a packet the missing time is filled with silence, so that turns end. Milliseconds.'),
    concealMs: milliseconds(0, 200)
      .default(60)
      .describe('Longest stretch of lost audio that is concealed; the rest is silence. Milliseconds.'),
  })
  .prefault({});

const peerOptions = z
  .strictObject({
    maxWaitMs: milliseconds(0, 200)
      .default(200)
      .describe('Browser legs: the longest that a gap in the sequence is waited for; how long in fact follows the network. Milliseconds.'),
    rtcpIntervalMs: milliseconds(200, 60_000)
      .default(1_000)
      .describe('Browser legs: how often RTCP reports are sent; browsers turn error correction on by them. Milliseconds.'),
  })
  .prefault({});

const opusOptions = z
  .strictObject({
    bitrateBps: z
      .int()
      .min(6_000)
      .max(128_000)
      .default(32_000)
      .describe("Average rate of the bot's speech in Opus; less where the far side wants less. Bits per second."),
    complexity: z
      .int()
      .min(0)
      .max(10)
      .default(5)
      .describe('Work that is put into a packet, 0 to 10; a busy media thread does less by itself.'),
  })
  .prefault({});

const vadOptions = z
  .strictObject({
    mode: z
      .enum(['auto', 'silero', 'energy', 'off'])
      .default('auto')
      .describe('auto: the Silero model where its file is present, else energy. off: no detection, all audio is sent up as one talkspurt.'),
    startThreshold: z.number().min(0.05).max(0.99).default(0.5).describe('Speech probability at which a chunk counts towards a talkspurt.'),
    stopThreshold: z.number().min(0.01).max(0.95).default(0.35).describe('Speech probability below which a chunk counts as silence.'),
    startMs: milliseconds(32, 1_000).default(96).describe('Voiced audio that opens a talkspurt. Milliseconds.'),
    stopMs: milliseconds(60, 3_000).default(200).describe('Silence that closes a talkspurt. Milliseconds.'),
    preRollMs: milliseconds(0, 700).default(400).describe('Audio before the first sound that is sent with a talkspurt. Milliseconds.'),
    batchMs: milliseconds(20, 200).default(80).describe('Length of the pieces in which caller audio is sent up. Milliseconds.'),
    gateMarginDb: z
      .number()
      .min(0)
      .max(30)
      .default(8)
      .describe('How far above the noise floor sound must be to be looked at by the model. Decibel.'),
    gateFloorDbov: z.number().min(-90).max(-20).default(-55).describe('Sound below this level is never looked at. dBov.'),
    initialCreditMs: milliseconds(0, 30_000)
      .default(4_000)
      .describe('Caller audio that may be sent up before the first credit arrives. Milliseconds.'),
    maxCreditMs: milliseconds(500, 120_000).default(20_000).describe('Most credit that can be held. Milliseconds.'),
  })
  .prefault({});

const bargeInOptions = z
  .strictObject({
    duckMs: milliseconds(20, 1_000).default(60).describe('Caller speech over the bot after which the bot becomes quieter. Milliseconds.'),
    pauseMs: milliseconds(40, 2_000).default(125).describe('Caller speech over the bot after which the bot pauses. Milliseconds.'),
    threshold: z.number().min(0.05).max(0.99).default(0.5).describe('Speech probability that counts as speech over the bot.'),
    duckDb: z.number().min(0).max(40).default(12).describe('How much quieter. Decibel.'),
    echoMarginDb: z.number().min(0).max(30).default(6).describe('How far above the expected echo the caller must be. Decibel.'),
    echoWindowMs: milliseconds(20, 600).default(320).describe('Longest delay after which echo is expected. Milliseconds.'),
    rewindMs: milliseconds(0, 500).default(40).describe('How far before the pause a resumed playout begins. Milliseconds.'),
    fadeMs: milliseconds(1, 20).default(10).describe('Length of the fade when the bot pauses or resumes. Milliseconds.'),
  })
  .prefault({});

/** Everything about packets, detection of speech and playout that can be set. */
export const mediaOptions = z
  .strictObject({
    bindAddress: z.string().min(1).default('0.0.0.0').describe('Local address of the RTP sockets.'),
    workers: z.int().min(1).max(64).default(1).describe('Media threads; one carries several hundred calls.'),
    threadNiceness: z
      .int()
      .min(-20)
      .max(19)
      .default(-10)
      .describe(
        'Priority of the media threads as a nice value, lower runs first. Below 0 the system must permit it; otherwise it stays as it is.',
      ),
    ptimeMs: z
      .int()
      .min(10)
      .max(60)
      .multipleOf(10)
      .default(20)
      .describe('Audio in a sent packet where the offer does not say. Milliseconds.'),
    timeoutMs: milliseconds(1_000, 3_600_000)
      .default(30_000)
      .describe('Without a packet for so long the call is taken for dead. Milliseconds.'),
    statsIntervalMs: milliseconds(500, 600_000).default(5_000).describe('How often each leg reports its statistics. Milliseconds.'),
    rtcpIntervalMs: milliseconds(500, 60_000)
      .default(5_000)
      .describe('How often RTCP reports are sent; RFC 3550 section 6.2. Milliseconds.'),
    playoutQueueMs: milliseconds(1_000, 300_000)
      .default(30_000)
      .describe('Bot audio that a leg may hold; more is refused and counted. Milliseconds.'),
    ports: portsOptions,
    latch: latchOptions,
    jitter: jitterOptions,
    peer: peerOptions,
    opus: opusOptions,
    vad: vadOptions,
    bargeIn: bargeInOptions,
  })
  .refine((o) => o.ports.first === 0 || o.ports.last >= o.ports.first + 1, {
    path: ['ports', 'last'],
    error: 'must be at least ports.first + 1, for one pair',
  })
  .refine((o) => o.ports.first % 2 === 0, { path: ['ports', 'first'], error: 'must be even: RTP takes even ports' })
  .refine((o) => o.vad.stopThreshold <= o.vad.startThreshold, {
    path: ['vad', 'stopThreshold'],
    error: 'must not be above vad.startThreshold',
  })
  .prefault({});

export type MediaOptions = z.infer<typeof mediaOptions>;
