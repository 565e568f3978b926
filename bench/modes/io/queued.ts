import { Agent, request } from 'undici';
import { openBroker } from '#app/transcribe/broker';
import { saying, startPython } from '#app/transcribe/helper';
import { JobQueue } from '#app/transcribe/job-queue';
import { formatWav } from '#callers/wav';
import { pause } from '#callers/talker';
import { cutUtterance } from '../hangover.ts';
import type { TurnTimes } from '../results.ts';
import { HANGOVER_MS, type House, type HouseParts, type Visitor } from './house.ts';
import { places, startLlm, type Llm } from './llm.ts';
import { wholeReply, type ChatTurn } from './whole-reply.ts';

/** The second generation: recognition and voice as workers behind RabbitMQ, the language model by HTTP; each stage still waits for the one before. */
export async function openQueued(parts: HouseParts): Promise<House> {
  const broker = await openBroker(process.env['AMQP_URL'], parts.note);
  const llm = await startLlm(parts);
  const workers = (['stt', 'tts'] as const).map((kind) =>
    startPython('batch.worker', [kind], places(parts), { ...llm.env, AMQP_URL: broker.url }),
  );
  const agent = new Agent({ connections: 256, headersTimeout: 0, bodyTimeout: 0 });
  let jobs: JobQueue | undefined;
  const stop = async (): Promise<void> => {
    await jobs?.close();
    await agent.destroy();
    await Promise.all([...workers.map((worker) => worker.stop()), llm.helper.stop()]);
    await broker.stop();
  };
  try {
    await Promise.all(workers.map((worker) => worker.said(saying('waiting for jobs'))));
    const queue = await JobQueue.open(broker.url);
    jobs = queue;
    return {
      pids: [broker.pid, llm.helper.pid, ...workers.map(({ pid }) => pid)].filter((pid) => pid !== undefined),
      stop,
      enter: () => Promise.resolve(visitor(queue, llm, parts, agent)),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function visitor(jobs: JobQueue, llm: Llm, parts: HouseParts, agent: Agent): Visitor {
  const history: ChatTurn[] = [];
  return {
    turn: async (pcm, timeoutMs): Promise<TurnTimes> => {
      const utterance = cutUtterance(pcm, HANGOVER_MS);
      if (utterance === undefined) throw new Error('the recording holds no speech');
      const startedAtMs = performance.now();
      const wav = Buffer.from(formatWav(16_000, utterance.pcm));
      await pause(startedAtMs + utterance.cutMs - performance.now());
      const lastSoundAtMs = startedAtMs + utterance.lastSoundMs;
      const uploadedAtMs = performance.now();
      const left = (): number => Math.max(1, Math.ceil(lastSoundAtMs + timeoutMs - performance.now()));
      const heard = JSON.parse((await jobs.ask('stt', wav, { contentType: 'audio/wav', withinMs: left() })).body.toString()) as {
        readonly text: string;
      };
      const asked: ChatTurn = { role: 'user', content: heard.text === '' ? '(silence)' : heard.text };
      const text = await wholeReply([...history, asked], {
        url: llm.url,
        key: llm.key,
        prompt: parts.prompt,
        maxTokens: parts.maxNewTokens,
        temperature: parts.temperature,
        ask: (url, options) => request(url, { ...options, dispatcher: agent, signal: AbortSignal.timeout(left()) }),
      });
      history.push(asked, { role: 'assistant', content: text });
      history.splice(0, Math.max(0, history.length - 2 * HISTORY_TURNS));
      const { body } = await jobs.ask('tts', Buffer.from(JSON.stringify({ text })), { contentType: 'application/json', withinMs: left() });
      if (body.length <= WAV_HEADER_BYTES) throw new Error('the reply holds no audio');
      const atMs = performance.now();
      return { firstAudioMs: atMs - lastSoundAtMs, firstAudioFromUploadMs: atMs - uploadedAtMs, completeMs: atMs - lastSoundAtMs };
    },
    leave: async () => undefined,
  };
}

/** As the other generations. */
const HISTORY_TURNS = 10;
const WAV_HEADER_BYTES = 44;
