import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import { runMediaWorker, type MediaWorkerData } from '#media';
import { systemClock } from './system-clock.ts';

/** Entry of a media thread. */
invariant(parentPort !== null, 'app/media-worker.ts runs as a worker thread only');
await runMediaWorker({ ...(workerData as MediaWorkerData), port: parentPort, clock: systemClock });
