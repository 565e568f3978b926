import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LegMediaEvent } from '#domain/leg-media';
import { encodeG711, decodeG711 } from '../codec/g711.ts';
import { levelDbov } from '../dsp/level.ts';
import { tone } from '../dsp/test-signals.ts';
import { LatchedPath } from '../legs/latched-path.ts';
import { RtpLeg } from '../legs/rtp-leg.ts';
import type { LegSpec } from '../leg-spec.ts';
import { mediaOptions } from '../options.ts';
import { writeRtpHeader } from '../rtp/packet.ts';
import { CHUNK_SAMPLES, CONTEXT_SAMPLES, MODEL_STATE, type ScoreRequester } from '../vad/voice-detector.ts';
import { SileroScorer } from './silero.ts';
import { readWavAt8kHz } from './test-wav.ts';

const { env } = process;
const MODEL = join(
  env['PARLEY_MODELS_DIR'] ?? join(env['PARLEY_CACHE_DIR'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'parley'), 'models'),
  'silero',
  'silero_vad.onnx',
);
const SPEECH = join(process.cwd(), '..', 'shared', 'speech');
const hasModel = existsSync(MODEL);
const hasSpeech = hasModel && existsSync(SPEECH);
if (!hasModel) process.stderr.write('Silero tests skipped: no model yet; `npm start` fetches it\n');

let scorer: SileroScorer;
let nowMs = 0;
beforeAll(async () => {
  if (hasModel) scorer = await SileroScorer.load(MODEL, { nowMs: () => nowMs, wallMs: () => nowMs });
});

/** All that waits in the event loop, the model's answers among it. */
async function settle(): Promise<void> {
  for (let i = 0; i < 6; i += 1) await new Promise((resolve) => void setImmediate(resolve));
}

/** A caller who says `pcm` after two seconds, while the bot speaks on; virtual time, the real model. */
async function callWith(pcm: Int16Array) {
  const events: LegMediaEvent[] = [];
  const lastBotAt: number[] = [];
  nowMs = 1000;
  const options = mediaOptions.parse({});
  const spec: LegSpec = {
    legId: 'x',
    codec: 'PCMU',
    payloadType: 0,
    ptimeMs: 20,
    remote: { address: 'a', port: 1 },
    signallingAddress: 'a',
    direction: 'sendrecv',
  };
  const path = new LatchedPath(nowMs, options.latch, spec, {
    sendRtp: (packet) => {
      const heard = new Int16Array(160);
      decodeG711('PCMU', packet, 12, 160, heard);
      if (levelDbov(heard, 0, 160) > -45) lastBotAt.push(nowMs);
    },
    sendRtcp: () => undefined,
  });
  const identity = { ssrc: 1, sequence: 0, timestamp: 0, cname: 'x' };
  const core = new RtpLeg(nowMs, spec, { options, identity, path, scorer, emit: (event) => events.push(event) });
  core.command(nowMs, { kind: 'play', turnId: 1, pieceId: 0, pcm: tone(220, 24_000, 24_000 * 10) });
  const line = new Int16Array(16_000 + pcm.length + 8000);
  line.set(pcm, 16_000);
  let firstMs = 0;
  for (let at = 0, sequence = 0; at + 160 <= line.length; at += 160, sequence += 1) {
    core.tick(nowMs, nowMs);
    await settle();
    nowMs += 9;
    const packet = new Uint8Array(172);
    writeRtpHeader(packet, false, 0, sequence, sequence * 160, 5);
    encodeG711('PCMU', line.subarray(at, at + 160), 160, packet, 12);
    if (firstMs === 0 && levelDbov(line, at, at + 160) > -45) firstMs = nowMs;
    core.packet(nowMs, nowMs, packet, 'a', 1);
    await settle();
    nowMs += 11;
  }
  return { events, kinds: events.map((event) => event.kind), firstMs, lastBotMs: Math.max(...lastBotAt) };
}

describe.skipIf(!hasModel)('the Silero model', () => {
  it('answers lines together as it answers them alone', async () => {
    const ask = (requesters: number) => {
      const answers: number[] = [];
      for (let line = 0; line < requesters; line += 1) {
        const requester: ScoreRequester = {
          modelState: new Float32Array(MODEL_STATE).fill(line / 10),
          scored: (_, probability) => answers.push(probability),
        };
        scorer.score(
          requester,
          Float32Array.from(tone(200 + line * 50, 8000, CONTEXT_SAMPLES + CHUNK_SAMPLES), (v) => v / 32768),
        );
      }
      return answers;
    };
    const alone = ask(1);
    await settle();
    const together = ask(5);
    await settle();
    expect(together).toHaveLength(5);
    expect(together[0]).toBeCloseTo(alone[0]!, 5);
  });

  it('does not take a tone or noise for speech', async () => {
    const noise = Int16Array.from({ length: 16_000 }, (_, i) => ((Math.sin(i * 12.9898) * 43758.5453) % 1) * 6000);
    for (const sound of [tone(1000, 8000, 16_000), noise]) {
      const { kinds } = await callWith(sound);
      expect(kinds).not.toContain('playout-paused');
    }
  });
});

describe.skipIf(!hasSpeech)('real speech over the bot', () => {
  const files = hasSpeech ? readdirSync(join(SPEECH, 'booking')).filter((name) => name.endsWith('.wav')) : [];

  it.each(files)('%s silences the bot within 250 ms and opens one turn', async (name) => {
    const { events, kinds, firstMs, lastBotMs } = await callWith(readWavAt8kHz(join(SPEECH, 'booking', name)));
    expect(kinds).toContain('playout-paused');
    expect(lastBotMs - firstMs).toBeLessThanOrEqual(250);
    const started = events.find((event) => event.kind === 'voice-started')!;
    expect(Math.abs(started.startedAtMs - firstMs)).toBeLessThanOrEqual(100);
    expect(kinds).toContain('voice-stopped');
  });

  it('is not stopped by noise alone', async () => {
    for (const name of readdirSync(join(SPEECH, 'noise')).filter((file) => file.endsWith('.wav'))) {
      const { kinds } = await callWith(readWavAt8kHz(join(SPEECH, 'noise', name)).subarray(0, 40_000));
      expect(kinds, name).not.toContain('playout-paused');
    }
  });
});

describe.runIf(hasModel)('a thread that is told to end', () => {
  it('leaves no run of the model behind, however much waits', async () => {
    const own = await SileroScorer.load(MODEL, { nowMs: () => nowMs, wallMs: () => nowMs });
    let scored = 0;
    const lines = Array.from({ length: 500 }, (): ScoreRequester => ({
      modelState: new Float32Array(MODEL_STATE),
      scored: () => (scored += 1),
    }));
    for (const line of lines) own.score(line, new Float32Array(CONTEXT_SAMPLES + CHUNK_SAMPLES));
    own.stop();
    own.score(lines[0] as ScoreRequester, new Float32Array(CONTEXT_SAMPLES + CHUNK_SAMPLES));
    await settle();
    expect(scored).toBe(0);
  });
});
