import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import { runMediaWorker, type MediaWorkerData } from '#media';
import { systemClock } from '#app/system-clock';
import { measuringProbe } from './probe.ts';

/** A media thread as the application runs it, with a probe. */
invariant(parentPort !== null, 'runs as a worker thread only');
await runMediaWorker({ ...(workerData as MediaWorkerData), port: parentPort, clock: systemClock, probe: measuringProbe() });
