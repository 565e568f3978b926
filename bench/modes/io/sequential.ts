import { Agent, request } from 'undici';
import { freePort } from '#app/free-port';
import { saying, startPython } from '#app/transcribe/helper';
import { formatWav } from '#callers/wav';
import { pause } from '#callers/talker';
import { cutUtterance } from '../hangover.ts';
import type { TurnTimes } from '../results.ts';
import { HANGOVER_MS, type House, type HouseParts, type Visitor } from './house.ts';
import { places, startLlm } from './llm.ts';

/** The first generation: one endpoint, stage after stage, a lock before each. */
export async function openSequential(parts: HouseParts): Promise<House> {
  const llm = await startLlm(parts);
  const port = await freePort();
  const server = startPython('batch.voice_chat', ['--port', String(port)], places(parts), llm.env);
  const agent = new Agent({ connections: 256, headersTimeout: 0, bodyTimeout: 0 });
  const stop = async (): Promise<void> => {
    await agent.destroy();
    await Promise.all([server.stop(), llm.helper.stop()]);
  };
  try {
    await server.said(saying('ready'));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    pids: [server.pid, llm.helper.pid].filter((pid) => pid !== undefined),
    stop,
    enter: (user) => Promise.resolve(visitor(`http://127.0.0.1:${port}/voice-chat`, llm.key, `user-${user}`, agent)),
  };
}

function visitor(url: string, key: string, session: string, agent: Agent): Visitor {
  return {
    turn: async (pcm, timeoutMs): Promise<TurnTimes> => {
      const utterance = cutUtterance(pcm, HANGOVER_MS);
      if (utterance === undefined) throw new Error('the recording holds no speech');
      const startedAtMs = performance.now();
      // The body is made while the user still speaks: only its way is on the clock.
      const body = JSON.stringify({ session, audio: Buffer.from(formatWav(16_000, utterance.pcm)).toString('base64') });
      await pause(startedAtMs + utterance.cutMs - performance.now());
      const lastSoundAtMs = startedAtMs + utterance.lastSoundMs;
      const signal = AbortSignal.timeout(Math.max(1, Math.ceil(lastSoundAtMs + timeoutMs - performance.now())));
      const uploadedAtMs = performance.now();
      const response = await request(url, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        dispatcher: agent,
        signal,
      });
      if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}: ${(await response.body.text()).slice(0, 200)}`);
      let firstAtMs: number | undefined;
      let bytes = 0;
      for await (const chunk of response.body) {
        bytes += (chunk as Buffer).length;
        if (bytes > WAV_HEADER_BYTES) firstAtMs ??= performance.now();
      }
      if (firstAtMs === undefined) throw new Error('the reply holds no audio');
      return {
        firstAudioMs: firstAtMs - lastSoundAtMs,
        firstAudioFromUploadMs: firstAtMs - uploadedAtMs,
        completeMs: performance.now() - lastSoundAtMs,
      };
    },
    leave: async () => undefined,
  };
}

const WAV_HEADER_BYTES = 44;
