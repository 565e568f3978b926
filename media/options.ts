import { z } from 'zod';

const milliseconds = (low: number, high: number) => z.number().min(low).max(high);

const portsOptions = z
  .strictObject({
    first: z.int().min(0).max(65534).default(20000).describe('First RTP port; even. RTCP takes the odd port above it. 0: any free pairs.'),
    last: z.int().min(0).max(65535).default(29999).describe('Last port of the range, inclusive. A call takes two ports.'),
    drainMs: milliseconds(0, 120_000)
      .default(5_000)
      .describe('Time before a released pair is used again, so that late packets of the old call reach nobody, ms.'),
  })
  .prefault({});

const latchOptions = z
  .strictObject({
    unnamed: z
      .enum(['when-silent', 'never'])
      .default('when-silent')
      .describe(
        'Source addresses that neither SDP nor signalling names. `when-silent`: accepted while the named ones send nothing, which callers behind some proxies need. `never`: refused.',
      ),
    preferMs: milliseconds(0, 10_000)
      .default(1_000)
      .describe('Time from the start in which only addresses that SDP or signalling names are accepted, ms.'),
    strangerPackets: z
      .int()
      .min(1)
      .max(100)
      .default(5)
      .describe(
        'Consecutive packets needed from an unnamed address after preferMs before it becomes the source. A named address replaces it at once.',
      ),
    rebindAfterMs: milliseconds(100, 30_000)
      .default(500)
      .describe('Silence of the source after which the same stream (SSRC) may continue from another address, ms.'),
  })
  .prefault({});

const jitterOptions = z
  .strictObject({
    maxWaitMs: milliseconds(0, 200)
      .default(40)
      .describe('Telephone calls: longest wait for a missing packet before it counts as lost, ms.'),
    starveMs: milliseconds(20, 500)
      .default(60)
      .describe('Time without packets after which silence is inserted, so that turns can end, ms.'),
    concealMs: milliseconds(0, 200).default(60).describe('Longest gap that is concealed, ms; the rest is silence.'),
  })
  .prefault({});

const peerOptions = z
  .strictObject({
    maxWaitMs: milliseconds(0, 200)
      .default(200)
      .describe('Upper limit of the wait for a missing packet, ms. The wait adapts to the jitter of the network.'),
    rtcpIntervalMs: milliseconds(200, 60_000)
      .default(1_000)
      .describe('Interval of RTCP reports, ms. Browsers turn on forward error correction by them.'),
  })
  .prefault({});

const opusOptions = z
  .strictObject({
    bitrateBps: z
      .int()
      .min(6_000)
      .max(128_000)
      .default(32_000)
      .describe('Average bit rate, bits per second; less if the remote asks for less.'),
    complexity: z.int().min(0).max(10).default(5).describe('Encoder complexity. A busy media thread lowers it.'),
  })
  .prefault({});

const vadOptions = z
  .strictObject({
    mode: z
      .enum(['auto', 'silero', 'energy', 'off'])
      .default('auto')
      .describe(
        '`auto`: the Silero model if its file is present, otherwise energy. `silero`: the same, with a warning if the file is missing. `energy`: the level alone. `off`: all audio is one talkspurt.',
      ),
    startThreshold: z.number().min(0.05).max(0.99).default(0.5).describe('Speech probability from which a chunk counts as speech.'),
    stopThreshold: z.number().min(0.01).max(0.95).default(0.35).describe('Speech probability below which a chunk counts as silence.'),
    startMs: milliseconds(32, 1_000).default(96).describe('Speech that starts a talkspurt, ms.'),
    stopMs: milliseconds(60, 3_000).default(200).describe('Silence that ends a talkspurt, ms.'),
    preRollMs: milliseconds(0, 700).default(400).describe('Pre-roll: audio before the first sound that is sent with a talkspurt, ms.'),
    batchMs: milliseconds(20, 200).default(80).describe('Length of one batch of caller audio to recognition, ms.'),
    gateMarginDb: z
      .number()
      .min(0)
      .max(30)
      .default(8)
      .describe('Level above the noise floor from which the model is run, dB. Quieter sound counts as silence.'),
    gateFloorDbov: z.number().min(-90).max(-20).default(-55).describe('Level below which the model is never run, dBov.'),
    initialCreditMs: milliseconds(0, 30_000)
      .default(4_000)
      .describe('Caller audio that may be sent before recognition grants the first credit, ms.'),
    maxCreditMs: milliseconds(500, 120_000).default(20_000).describe('Upper limit of the credit, ms.'),
  })
  .prefault({});

const bargeInOptions = z
  .strictObject({
    duckMs: milliseconds(20, 1_000).default(60).describe('Caller speech after which the bot is ducked, ms.'),
    pauseMs: milliseconds(40, 2_000).default(125).describe('Caller speech after which the bot pauses, ms.'),
    threshold: z.number().min(0.05).max(0.99).default(0.5).describe('Speech probability from which sound over the bot counts as speech.'),
    duckDb: z.number().min(0).max(40).default(12).describe('Attenuation of the ducked bot, dB.'),
    echoMarginDb: z.number().min(0).max(30).default(6).describe('Level above the expected echo from which sound counts as the caller, dB.'),
    echoWindowMs: milliseconds(20, 600).default(320).describe('Longest delay of the echo, ms.'),
    rewindMs: milliseconds(0, 500).default(40).describe('A resumed bot repeats this much of what was played before the pause, ms.'),
    fadeMs: milliseconds(1, 20).default(10).describe('Length of the fades at a pause and a resume, ms.'),
  })
  .prefault({});

/** Everything about packets, detection of speech and playout that can be set. */
export const mediaOptions = z
  .strictObject({
    bindAddress: z.string().min(1).default('0.0.0.0').describe('Local address of the RTP sockets.'),
    workers: z.int().min(1).max(64).default(1).describe('Number of media threads. One carries several hundred calls.'),
    threadNiceness: z
      .int()
      .min(-20)
      .max(19)
      .default(-10)
      .describe(
        'Nice value of the media threads; lower runs first. Values below 0 need permission of the system; without it the value is ignored.',
      ),
    ptimeMs: z.int().min(10).max(60).multipleOf(10).default(20).describe('Audio in one sent packet (ptime) when the offer names none, ms.'),
    timeoutMs: milliseconds(1_000, 3_600_000).default(30_000).describe('A call that receives no RTP for this time is ended, ms.'),
    statsIntervalMs: milliseconds(500, 600_000).default(5_000).describe('Interval of the statistics of each leg, ms.'),
    rtcpIntervalMs: milliseconds(500, 60_000).default(5_000).describe('Interval of RTCP reports (RFC 3550 section 6.2), ms.'),
    playoutQueueMs: milliseconds(1_000, 300_000)
      .default(30_000)
      .describe('Upper limit of bot audio queued in a leg, ms; more is refused and counted.'),
    ports: portsOptions.describe('UDP ports of telephone calls.'),
    latch: latchOptions.describe('Source addresses from which a telephone call accepts RTP.'),
    jitter: jitterOptions.describe('Jitter buffer.'),
    peer: peerOptions.describe('WebRTC calls.'),
    opus: opusOptions.describe('The Opus encoder.'),
    vad: vadOptions.describe('Voice activity detection (VAD).'),
    bargeIn: bargeInOptions.describe('Barge-in: detection of caller speech over the bot.'),
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
