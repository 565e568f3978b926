import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import { runMediaWorker, type MediaWorkerData } from '#media';
import { systemClock } from '#app/system-clock';
import { MEASURE_CHANNEL, STAMP_AT_BYTE, type MeasureRequest, type WorkerFigures } from './measure.ts';

/** A media thread as the application runs it, with a probe. */
invariant(parentPort !== null, 'runs as a worker thread only');
const channel = new BroadcastChannel(MEASURE_CHANNEL);
const sendJitterMs: number[] = [];
const rtpToPcmMs: number[] = [];
let on = false;
let cpuAtStart = process.threadCpuUsage();

channel.onmessage = (event) => {
  const request = (event as { data: MeasureRequest | WorkerFigures }).data;
  if (request.kind === 'begin') {
    sendJitterMs.length = rtpToPcmMs.length = 0;
    cpuAtStart = process.threadCpuUsage();
    on = true;
  }
  if (request.kind === 'end') {
    on = false;
    const cpu = process.threadCpuUsage(cpuAtStart);
    const figures: WorkerFigures = {
      kind: 'figures',
      sendJitterMs: Float64Array.from(sendJitterMs),
      rtpToPcmMs: Float64Array.from(rtpToPcmMs),
      cpuUs: cpu.user + cpu.system,
      systemCpuUs: cpu.system,
    };
    channel.postMessage(figures);
  }
};
channel.unref();

await runMediaWorker({
  ...(workerData as MediaWorkerData),
  port: parentPort,
  clock: systemClock,
  probe: {
    packetSent: (dueMs, sentAtMs) => {
      if (on) sendJitterMs.push(Math.abs(sentAtMs - dueMs));
    },
    packetHandled: (packet, doneAtMs) => {
      if (on && packet.length >= STAMP_AT_BYTE + 8) rtpToPcmMs.push(doneAtMs - stampOf(packet));
    },
  },
});

function stampOf(packet: Uint8Array): number {
  return new DataView(packet.buffer, packet.byteOffset).getFloat64(STAMP_AT_BYTE);
}
