import { randomBytes } from 'node:crypto';
import { freePort } from '#app/free-port';
import { saying, startPython, type Helper } from '#app/transcribe/helper';
import type { HouseParts } from './house.ts';

export interface Llm {
  readonly helper: Helper;
  /** Environment of whoever asks it, and the key of all services of this run. */
  readonly env: Readonly<Record<string, string>>;
  readonly url: string;
  readonly key: string;
}

/** The language model that comes with Parley, as the app starts it. */
export async function startLlm(parts: HouseParts): Promise<Llm> {
  const key = randomBytes(18).toString('base64url');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const helper = startPython('llm.server', ['--port', String(port)], places(parts), { PARLEY_SERVICES_KEY: key });
  await helper.said(saying('llama.cpp is ready'));
  return {
    helper,
    url,
    key,
    env: {
      PARLEY_SERVICES_KEY: key,
      VLLM_BASE_URL: url,
      LLM_SYSTEM_PROMPT: parts.prompt,
      LLM_MAX_NEW_TOKENS: String(parts.maxNewTokens),
      LLM_TEMPERATURE: String(parts.temperature),
      TTS_ENGINE: parts.engine,
    },
  };
}

export function places({ rootDir, pythonPath, modelsDir, cacheDir }: HouseParts): {
  readonly root: string;
  readonly pythonPath: string;
  readonly modelsDir: string;
  readonly cacheDir: string;
} {
  return { root: rootDir, pythonPath, modelsDir, cacheDir };
}
