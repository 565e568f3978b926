import { expect } from 'vitest';
import { mediaOptions } from '../options.ts';
import { createMediaPool, type MediaPool } from './media-pool.ts';

const clock = { nowMs: () => performance.timeOrigin + performance.now(), wallMs: () => Date.now() };
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A pool of real workers whose browser legs go over the transport for tests. */
export async function startTestPool(options: object = {}): Promise<MediaPool> {
  const parsed = mediaOptions.parse({ bindAddress: '127.0.0.1', ports: { first: 0 }, vad: { mode: 'energy' }, ...options });
  return await createMediaPool(parsed, { workerUrl: new URL('test-worker.ts', import.meta.url), clock, modelPaths: {}, log });
}

export async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}
