import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import { ms } from '#domain/units';
import { runMediaWorker } from './media-worker.ts';
import { testPeers } from './test-peer-transport.ts';
import type { MediaWorkerData, ToWorker } from '../worker/messages.ts';

/** A media thread for tests: as the real one, but a command for the leg `crash` ends it with an uncaught error. */
invariant(parentPort !== null, 'runs as a worker thread only');
const port = parentPort;
port.on('message', (messages: readonly ToWorker[]) => {
  if (messages.some((message) => message.kind === 'command' && message.legId === 'crash')) throw new Error('crashed on purpose');
});
const nowMs = () => ms(performance.timeOrigin + performance.now());
await runMediaWorker({ ...(workerData as MediaWorkerData), port, clock: { nowMs, wallMs: () => Date.now() }, peers: testPeers(nowMs) });
