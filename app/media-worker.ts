import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import { runMediaWorker, type MediaWorkerData } from '#media';
import { createPeerTransportFactory } from '#webrtc-client';
import { systemClock } from './system-clock.ts';

/** Entry of a media thread. */
invariant(parentPort !== null, 'app/media-worker.ts runs as a worker thread only');
const data = workerData as MediaWorkerData;
await runMediaWorker({ ...data, port: parentPort, clock: systemClock, peers: createPeerTransportFactory({ clock: systemClock }) });
