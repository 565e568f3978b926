import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import { runMediaWorker, type MediaWorkerData } from '#media';
import { createPeerTransportFactory } from '#webrtc-client';
import { systemClock } from '#app/system-clock';
import { measuringProbe } from '#bench/media/io/probe';

/** A media thread that carries browser legs as the application runs it, with a probe. */
invariant(parentPort !== null, 'runs as a worker thread only');
await runMediaWorker({
  ...(workerData as MediaWorkerData),
  port: parentPort,
  clock: systemClock,
  peers: createPeerTransportFactory({ clock: systemClock }),
  probe: measuringProbe(),
});
