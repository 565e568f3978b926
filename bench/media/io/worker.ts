import { BroadcastChannel, parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#domain/assert';
import { runMediaWorker, type MediaWorkerData } from '#media';
import { systemClock } from '#app/system-clock';
import { MEASURE_CHANNEL, STAMP_AT_BYTE, type MeasureRequest, type WorkerFigures } from './measure.ts';

/** A media thread as the application runs it, with a probe. */
invariant(parentPort !== null, 'runs as a worker thread only');
const channel = new BroadcastChannel(MEASURE_CHANNEL);
/** The last two million values since `clear`. Recording never pauses: code that begins to record is compiled anew, which would be measured. */
class Recorder {
  readonly #values = new Float64Array(1 << 21);
  #count = 0;

  add(value: number): void {
    this.#values[this.#count % this.#values.length] = value;
    this.#count += 1;
  }

  clear(): void {
    this.#count = 0;
  }

  all(): Float64Array {
    return this.#values.slice(0, Math.min(this.#count, this.#values.length));
  }
}

const sendJitterMs = new Recorder();
const rtpToPcmMs = new Recorder();
let cpuAtStart = process.threadCpuUsage();

channel.onmessage = (event) => {
  const request = (event as { data: MeasureRequest | WorkerFigures }).data;
  if (request.kind === 'begin') {
    sendJitterMs.clear();
    rtpToPcmMs.clear();
    cpuAtStart = process.threadCpuUsage();
  }
  if (request.kind === 'end') {
    const cpu = process.threadCpuUsage(cpuAtStart);
    const figures: WorkerFigures = {
      kind: 'figures',
      sendJitterMs: sendJitterMs.all(),
      rtpToPcmMs: rtpToPcmMs.all(),
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
      sendJitterMs.add(Math.abs(sentAtMs - dueMs));
    },
    packetHandled: (packet, doneAtMs) => {
      if (packet.length >= STAMP_AT_BYTE + 8) rtpToPcmMs.add(doneAtMs - stampOf(packet));
    },
  },
});

function stampOf(packet: Uint8Array): number {
  return new DataView(packet.buffer, packet.byteOffset).getFloat64(STAMP_AT_BYTE);
}
