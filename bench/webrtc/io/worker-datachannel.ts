import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import { runMediaWorker, type MediaWorkerData } from '#media';
import { systemClock } from '#app/system-clock';
import { measuringProbe } from '#bench/media/io/probe';
import { createDataChannelFactory } from './datachannel-transport.ts';

/** As worker.ts, but libdatachannel carries the legs. */
invariant(parentPort !== null, 'runs as a worker thread only');
await runMediaWorker({
  ...(workerData as MediaWorkerData),
  port: parentPort,
  clock: systemClock,
  peers: createDataChannelFactory({ clock: systemClock }),
  probe: measuringProbe(),
});
// The library's callbacks would keep the thread alive.
parentPort.once('close', () => process.exit());
